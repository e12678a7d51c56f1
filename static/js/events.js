// The only module that knows the socket: a user's event stream as DOM events, each once and in order (interface §4).
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000
const ACK_FRAMES = 32
const LONG_FRAME = 2_048 // characters: 32 shorter ones never fill what a replay may owe (256 KiB)
const BEATS_MISSED = 2
const RECHECK_MS = 1_000
const LISTEN_MS = 5_000
const SIGNED_OUT = 4401
const TOO_MANY_SOCKETS = 4409

export class EventStream extends EventTarget {
  #address
  #epoch
  #seq
  #socket = null
  #frames = 0
  #acknowledged = 0
  #resuming = false
  #failures = 0
  #beatMs = 15_000
  #heardAt = 0
  #retryTimer
  #rechecked = false
  #waitsForLook = false
  #ended = false

  constructor({ stream, seq, epoch }) {
    super()
    this.#address = stream
    this.#seq = Number(seq)
    this.#epoch = epoch
    this.#watchPage()
    setInterval(() => this.#listen(), LISTEN_MS)
    this.connect()
  }

  connect() {
    clearTimeout(this.#retryTimer)
    if (this.#socket) return
    this.#frames = this.#acknowledged = 0
    this.#waitsForLook = this.#resuming = false
    if (!this.#failures) this.#tell("connection", "connecting")
    const socket = new WebSocket(this.#url())
    this.#socket = socket
    this.#heardAt = Date.now()
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#receive(data))
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#lost(code))
  }

  #url() {
    const url = new URL(this.#address, location.href)
    url.protocol = url.protocol.replace("http", "ws")
    url.search = new URLSearchParams({ since: this.#seq, epoch: this.#epoch })
    return url
  }

  #receive(data) {
    this.#frames += 1
    this.#heardAt = Date.now()
    const frame = JSON.parse(data)
    if (frame.type === "hello") this.#greeted(frame)
    else if (frame.type === "heartbeat") this.#beaten(frame)
    else if (frame.type === "reset") this.#reset(frame)
    else if ("seq" in frame) this.#inOrder(frame)
    else this.#tell(frame.type, frame)
    if (data.length > LONG_FRAME || this.#frames - this.#acknowledged >= ACK_FRAMES) this.#acknowledge()
  }

  #greeted({ heartbeat_seconds: seconds }) {
    this.#beatMs = seconds * 1_000
    this.#failures = 0
    this.#rechecked = false
    this.#tell("connection", "live")
  }

  #beaten({ seq }) {
    this.#acknowledge()
    if (seq > this.#seq) this.#resume()
  }

  #reset({ seq, epoch }) {
    this.#seq = seq
    this.#epoch = epoch
    this.#resuming = false
    this.#tell("reset", { seq })
  }

  #inOrder(frame) {
    if (frame.seq <= this.#seq) return
    if (frame.seq > this.#seq + 1) {
      if (!this.#resuming) this.#resume()
      return
    }
    this.#seq = frame.seq
    this.#resuming = false
    this.#tell(frame.type, frame)
  }

  #resume() {
    this.#resuming = true
    this.send({ type: "resume", since: this.#seq })
  }

  #acknowledge() {
    this.#acknowledged = this.#frames
    this.send({ type: "ack", frames: this.#frames })
  }

  // What is sent while there is no connection is lost.
  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }

  // By the clock on the wall: one long timer would stand still while the device sleeps.
  #listen() {
    const silentMs = Date.now() - this.#heardAt
    if (this.#socket && silentMs > BEATS_MISSED * this.#beatMs + RECHECK_MS) this.#abandon()
  }

  // A dead peer may never answer a close: don't wait for it.
  #abandon() {
    const socket = this.#socket
    this.#lost(0)
    socket?.close()
  }

  #lost(code) {
    this.#socket = null
    if (code === SIGNED_OUT) this.#signedOut()
    else if (code === TOO_MANY_SOCKETS) this.#standAside()
    else this.#retry()
  }

  #retry() {
    this.#tell("connection", this.#failures ? "offline" : "connecting")
    const limit = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures)
    this.#failures += 1
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.connect(), Math.random() * limit)
  }

  // A changed password gives this browser a new session: look once before believing it.
  #signedOut() {
    this.#tell("connection", "offline")
    this.#failures += 1
    this.#ended = this.#rechecked
    this.#rechecked = true
    if (this.#ended) this.#tell("signed-out", {})
    else this.#retryTimer = setTimeout(() => this.connect(), RECHECK_MS)
  }

  #standAside() {
    this.#waitsForLook = true
    this.#tell("connection", "offline")
  }

  #leave() {
    this.#abandon()
    clearTimeout(this.#retryTimer)
  }

  #watchPage() {
    addEventListener("online", () => this.#wake())
    addEventListener("offline", () => {
      this.#leave()
      this.#tell("connection", "offline")
    })
    addEventListener("pagehide", () => this.#leave())
    addEventListener("pageshow", ({ persisted }) => persisted && this.#wake())
    addEventListener("focus", () => this.#waitsForLook && this.#looked())
    for (const type of ["resume", "visibilitychange"]) document.addEventListener(type, () => this.#looked())
  }

  #looked() {
    if (document.hidden) return
    this.#listen()
    this.#waitsForLook = false
    this.#wake()
  }

  #wake() {
    if (!navigator.onLine || this.#ended || this.#waitsForLook) return
    this.connect()
  }
}
