export { runCommand } from './command.ts'
export { type ProcessOptions, type RunningProcess, startProcess } from './process.ts'
export { type Ports, type Service, type ServiceOptions, service } from './service.ts'
export { describeSettings, kernelSettings, readSettings, type SettingLine, SettingsError } from './settings.ts'
