/** What the page of events has beyond the style of all pages. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --dim: #5c6675; --line: #d9dee5; --card: #f7f9fb; --accent: #1b66c9; --soft: #e6f0fc }
body { color: var(--ink) }
h2 { margin: 0; font: 600 1.2rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
h3 { margin: 1.6rem 0 .4rem; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim) }
a { color: var(--accent) }
code, pre { font: .875em/1.5 ui-monospace, monospace }
th { font-size: .8rem; font-weight: 600; color: var(--dim) }
td, th { border-color: var(--line) }
tr:last-child td { border-bottom: 0 }
td:first-child { white-space: nowrap }
.dim { color: var(--dim) }
.badge { display: inline-block; padding: 0 .6em; border-radius: 1em; background: var(--soft); color: var(--accent); font: 600 .75rem/1.6 system-ui, sans-serif; vertical-align: .2em }
nav { columns: 18rem; padding: 1rem 1.2rem; margin: 1.5rem 0; border: 1px solid var(--line); border-radius: .6rem; background: var(--card) }
nav ul { margin: 0 0 .8rem; padding: 0; list-style: none; break-inside: avoid }
section { padding: 1.4rem 1.6rem; margin: 1.5rem 0; border: 1px solid var(--line); border-radius: .6rem; scroll-margin-top: 1rem }
section:target { background: none; border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent) }
section > p { margin: .4rem 0 0 }
.wide { overflow-x: auto }
pre { overflow-x: auto; margin: .4rem 0 0; padding: 1rem; border-radius: .4rem; background: var(--card) }
summary { cursor: pointer; margin-top: 1.6rem }
svg { display: block; max-width: none }
svg text { font: 12px ui-monospace, monospace; fill: var(--ink); text-anchor: middle; dominant-baseline: central }
svg rect { fill: var(--card); stroke: var(--line) }
svg .event rect { fill: var(--soft); stroke: var(--accent) }
svg path { fill: none; stroke: var(--dim) }
svg .head { fill: var(--dim); stroke: none }
@media (max-width: 40rem) {
  section { padding: 1rem }
  tr:has(th) { display: none }
  tr, td { display: block }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line) }
  td { padding: 0; border: 0 }
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #dfe4ea; --dim: #98a2b0; --line: #333b46; --card: #1a1f26; --accent: #8ab4f8; --soft: #1c2c44 }
}
`
