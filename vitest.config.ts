import { defineConfig } from 'vitest/config'

const seconds = 1000

// One suite, three kinds by suffix. Files of one kind share their workers and modules: starting anew for each costs more
// than the tests, and a test that minds its neighbours would mind data that is already there, too.
export default defineConfig({
  test: {
    reporters: process.env.CI ? ['dot'] : ['default'],
    passWithNoTests: true,
    pool: 'threads',
    isolate: false,
    setupFiles: ['libs/testing/coverage.ts'],
    coverage: {
      provider: 'v8',
      autoAttachSubprocess: true,
      include: ['apps/**/*.ts', 'libs/**/*.ts'],
      exclude: ['**/*.test.ts', 'libs/testing/**'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,bench,bin,libs}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.{integrated,external}.test.ts'],
          testTimeout: 10 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'integrated',
          include: ['{apps,bench,bin,libs}/**/*.integrated.test.ts'],
          globalSetup: ['libs/testing/servers/global-setup.ts'],
          testTimeout: 30 * seconds,
          hookTimeout: 60 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'external',
          include: ['{apps,libs}/**/*.external.test.ts'],
          globalSetup: ['libs/testing/deployment.ts'],
          testTimeout: 30 * seconds,
          hookTimeout: 60 * seconds,
        },
      },
    ],
  },
})
