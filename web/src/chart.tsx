// Calls by day and state: stacked bars, and the same as a table for those who cannot see them.
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { states, type Counts, type History, type State } from './api'
import { dayOf, midnight, stateWords } from './words'

const none: Counts = { synced: 0, pending: 0, parked: 0, failed: 0, dismissed: 0 }

/// One entry per day up to today, including days without a call.
function byDay(history: History, days: number) {
  const counted = new Map(history.stretches.map(({ at, calls }) => [dayOf(new Date(Date.parse(at) + history.stepMs / 2)), calls]))
  return Array.from({ length: days }, (_, i) => {
    const date = midnight(days - 1 - i)
    return { date, calls: counted.get(dayOf(date)) ?? none }
  })
}

const halfDay = 43_200 // so that the first and the last bar have room

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function draw(place: HTMLElement, series: ReturnType<typeof byDay>): uPlot {
  // Each state's bar starts at zero and includes the states below it: the tallest is drawn first.
  const heights = states.map((_, top) => series.map(({ calls }) => states.slice(0, top + 1).reduce((sum, state) => sum + calls[state], 0)))
  const bars = uPlot.paths.bars!({ size: [0.7, 40] })
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } }
  const drawn = [...states.keys()].reverse()
  return new uPlot({
    width: place.clientWidth, height: 220, legend: { show: false }, cursor: { show: false },
    scales: { x: { time: true, range: (_, first, last) => [first - halfDay, last + halfDay] }, y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
    axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => dayOf(new Date(tick * 1000))) }, { ...axis, size: 44 }],
    series: [{}, ...drawn.map((i) => ({ paths: bars, points: { show: false }, fill: colour(`--${states[i]}`), stroke: colour(`--${states[i]}`), width: 0 }))],
  }, [series.map(({ date }) => date.getTime() / 1000), ...drawn.map((i) => heights[i]!)] as uPlot.AlignedData, place)
}

export function Chart({ history, days }: { history: History, days: number }) {
  const place = useRef<HTMLDivElement>(null)
  const series = byDay(history, days)
  useEffect(() => {
    let plot = draw(place.current!, series)
    const redraw = () => { plot.destroy(); plot = draw(place.current!, series) }
    const dark = matchMedia('(prefers-color-scheme: dark)')
    addEventListener('resize', redraw)
    dark.addEventListener('change', redraw)
    return () => { removeEventListener('resize', redraw); dark.removeEventListener('change', redraw); plot.destroy() }
  }, [JSON.stringify(series)])
  const shown = states.filter((state: State) => series.some(({ calls }) => calls[state] > 0))
  return (
    <figure>
      <div ref={place} class="chart" aria-hidden="true" />
      <figcaption>{shown.map((state) => <span class="key"><i class={`dot ${state}`} />{stateWords[state]}</span>)}</figcaption>
      <details>
        <summary>As a table</summary>
        <table>
          <thead><tr><th scope="col">Day</th>{shown.map((state) => <th scope="col" class="number">{stateWords[state]}</th>)}</tr></thead>
          <tbody>{series.filter(({ calls }) => calls !== none).reverse().map(({ date, calls }) => (
            <tr><th scope="row">{dayOf(date)}</th>{shown.map((state) => <td class="number">{calls[state]}</td>)}</tr>
          ))}</tbody>
        </table>
      </details>
    </figure>
  )
}
