# npm scripts do the work. ARGS goes to them: make test-unit ARGS=paging, make migrate ARGS=--status.
npm := npm run --silent
installed := node_modules/.package-lock.json
ARGS ?= $(filter --%,$(MAKECMDGOALS))

.DEFAULT_GOAL := help
.PHONY: help run test setup dev check format lint test-unit test-integrated test-external test-watch \
	new-service migration migrate fixtures backup restore coverage bench soak clean

help: ## list these targets
	@sed -En 's/^([a-z-]+):[^#]*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

run: $(installed) ## set up if need be, and start all services
	@$(npm) start -- $(ARGS)

test: $(installed) ## set up if need be, and run the whole suite
	@$(npm) test -- $(ARGS)

setup: $(installed) ## install what is needed; offer a pre-commit hook
	@bin/offer-hook

dev: $(installed) ## start with reload on change, and the inspector
	@$(npm) dev -- $(ARGS)

check: $(installed) ## format, lint, types, import rules, lock file, migrations, unit tests; -- --tested leaves those out
	@$(npm) check -- $(ARGS)

format: $(installed) ## format all files
	@$(npm) format

lint: $(installed) ## look for mistakes and unformatted files
	@$(npm) lint

test-unit: $(installed) ## tests without I/O
	@$(npm) test:unit -- $(ARGS)

test-integrated: $(installed) ## tests with real database servers, or with TEST_DATABASE_URL
	@$(npm) test:integrated -- $(ARGS)

test-external: $(installed) ## tests over HTTP, against BASE_URL or a deployment of their own
	@$(npm) test:external -- $(ARGS)

test-watch: $(installed) ## run tests again when files change
	@$(npm) test:watch -- $(ARGS)

new-service: $(installed) ## make a service: NAME=parcels, RESOURCE=… and SINGULAR=… if they do not follow
	@$(npm) new-service -- $(NAME) $(RESOURCE) $(if $(SINGULAR),--singular $(SINGULAR)) $(ARGS)

migration: $(installed) ## draft a migration from the entities: NAME=add-teeth
	@$(npm) migration -- $(NAME) $(ARGS)

migrate: $(installed) ## apply migrations; -- --status lists them
	@$(npm) migrate -- $(ARGS)

fixtures: $(installed) ## load fixtures: SERVICE=sprockets, RESET=1 to make them anew
	@$(npm) fixtures -- $(SERVICE) $(if $(RESET),--reset) $(ARGS)

backup: $(installed) ## copy embedded databases to backups/, in use or not: SERVICE=sprockets, TO=folder
	@$(npm) backup -- $(SERVICE) $(if $(TO),--to $(TO)) $(ARGS)

restore: $(installed) ## put embedded databases back: FROM=backups/…, SERVICE=sprockets
	@$(npm) restore -- $(FROM) $(SERVICE) $(ARGS)

coverage: $(installed) ## run the whole suite and measure what it covers
	@$(npm) coverage

bench: $(installed) ## measure against hand-written equivalents, into docs/performance.md; -- --quick only prints
	@$(npm) bench -- $(ARGS)

soak: $(installed) ## most of an hour of rubbish, kills and races on three engines; -- --minutes=1 is less of it
	@$(npm) soak -- $(ARGS)

clean: ## remove what was installed and measured; data stays
	rm -rf node_modules coverage

$(installed): package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error

--%: ; @:
