import { byId, setText } from "../dom.ts"
import { clock, duration } from "../words.ts"

/** Says at once when what is shown is old. */
export function connectionNotice() {
  const [short, banner] = [byId("connection"), byId("lost")]
  let lostMs: number | null = null
  const show = () => {
    const isLost = lostMs !== null
    document.body.classList.toggle("stale", isLost)
    banner.hidden = !isLost
    setText(short, isLost ? "▼ not connected" : "▲ live")
    if (lostMs !== null)
      setText(
        banner,
        `Not connected since ${clock(lostMs)}: what you see is ${ageOf(Date.now() - lostMs)} old. Trying again …`,
      )
  }
  setInterval(() => {
    if (lostMs !== null) show()
  }, 10_000)
  return {
    lost(): void {
      lostMs ??= Date.now()
      show()
    },
    live(): void {
      lostMs = null
      show()
    },
  }
}

function ageOf(ms: number): string {
  return ms < 10_000 ? "seconds" : duration(ms)
}
