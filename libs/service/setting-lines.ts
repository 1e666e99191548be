import { databaseVariable } from './running-service.ts'
import type { Service } from './service.ts'
import { describeSettings, kernelSettings, type SettingLine } from './settings.ts'

/** Every setting of a process that runs these services: the kernel's, then each service's. */
export function settingLines(services: readonly Service[]): readonly SettingLine[] {
  const own = services.flatMap(({ name, config }) => [
    { variable: databaseVariable(name), description: `DATABASE_URL for ${name} alone.`, type: 'text', fallback: '' },
    ...describeSettings(config, name),
  ])
  return [...describeSettings(kernelSettings), ...own]
}
