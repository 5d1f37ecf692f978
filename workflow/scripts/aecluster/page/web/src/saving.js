// Where corrections go: to the server that shows the page (aecluster show), or else a download; and until
// the page is made anew, into this browser.

const token = () => document.querySelector('meta[name="aecluster-token"]')?.content

export function canPost() {
  return Boolean(token()) && location.protocol === "http:"
}

// Return what went wrong, "" if nothing did.
export async function post(dataset, text) {
  try {
    const answer = await fetch(`/corrections/${encodeURIComponent(dataset)}`, {
      method: "POST", body: text, headers: {"Content-Type": "application/json", "X-Token": token()},
    })
    return answer.ok ? "" : (await answer.text()).trim() || `the server said ${answer.status}`
  } catch {
    return "the server does not answer; start it again (make show), and reload the page."
  }
}

// A browser may refuse to keep anything for a page from a disk.
function kept(action) {
  try {
    return action(localStorage)
  } catch {
    return null
  }
}

const key = (images) => `aecluster ${images.name} ${images.fingerprint}`

export function remember(images, corrections) {
  const draft = corrections.draft()
  kept((storage) => (draft ? storage.setItem(key(images), JSON.stringify(draft)) : storage.removeItem(key(images))))
}

export function remembered(images) {
  return JSON.parse(kept((storage) => storage.getItem(key(images))) ?? "null")
}
