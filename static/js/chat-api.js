// Calls of the chat's API. What fails is told apart: a refusal will not change, an outage will.
export class Refused extends Error {
  constructor(status, detail) {
    super(detail)
    this.status = status
  }

  get forGood() {
    return this.status >= 400 && this.status < 500 && this.status !== 429
  }
}

const PATIENCE_MS = 20_000
const UPLOAD_MS = 600_000

export async function call(method, url, body) {
  const form = body instanceof FormData
  const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value }
  if (body && !form) headers["Content-Type"] = "application/json"
  const signal = AbortSignal.timeout(form ? UPLOAD_MS : PATIENCE_MS)
  const content = body && !form ? JSON.stringify(body) : body
  const response = await fetch(url, { method, headers, body: content, signal })
  if (!response.ok) throw new Refused(response.status, await reasonOf(response))
  return response.status === 204 ? null : response.json()
}

// A proxy's error page is no JSON.
async function reasonOf(response) {
  const problem = await response.json().catch(() => ({}))
  return problem.errors?.[0]?.message ?? problem.detail ?? ""
}

// Works on plain HTTP as well, where `crypto.randomUUID` is not to be had.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("")
}
