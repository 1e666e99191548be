// Loaded by `node --import` into each server that is measured, so that all are asked in the same way what they use.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() })
})
// The one who measures is gone.
process.on('disconnect', () => process.exit(0))
