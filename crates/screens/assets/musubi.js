// What pages do beyond what they do without script: nothing here is needed to reach anything.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Partial updates. A link or form with data-update="ID" is fetched, and the element of that id is replaced by that of the answer.
  // Where anything is not as expected the browser goes there as it would have without us.
  const turns = new Map();
  async function update(id, request, url) {
    turns.get(id)?.abort();
    const turn = new AbortController();
    turns.set(id, turn);
    const old = document.getElementById(id);
    if (!old) return false;
    old.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(request, { signal: turn.signal, headers: { "X-Update": id } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(id);
      if (!fresh) return false;
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      const place = focused?.id ? { id: focused.id, start: focused.selectionStart, end: focused.selectionEnd } : null;
      old.replaceWith(fresh);
      if (url) history.replaceState(null, "", answer.redirected ? answer.url : url);
      const again = place && document.getElementById(place.id);
      if (again) {
        again.focus({ preventScroll: true });
        if (place.start !== null && again.setSelectionRange) try { again.setSelectionRange(place.start, place.end); } catch { /* not a field of text */ }
      }
      begin(fresh);
      return true;
    } catch (error) {
      return error.name === "AbortError";
    } finally {
      document.getElementById(id)?.removeAttribute("aria-busy");
    }
  }
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-update]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!await update(link.dataset.update, link.href, link.href)) location.assign(link.href);
  });
  const query = (form, submitter) => {
    const data = new URLSearchParams(new FormData(form, submitter));
    const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
    url.search = data.toString();
    return url.href;
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.update || form.method !== "get" || event.defaultPrevented) return;
    event.preventDefault();
    const url = query(form, event.submitter);
    if (!await update(form.dataset.update, url, url)) location.assign(url);
  });
  // A form with data-live is sent a moment after what is typed in it has changed.
  const timers = new WeakMap();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.live || event.isComposing) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => form.requestSubmit(), 300));
  });

  // A choice that decides which further fields there are: the button that takes it over is pressed.
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.choose) $("[name=c_choose]", event.target.form)?.click();
  });

  // Leaving a form that has been changed is asked about.
  let changed = null;
  document.addEventListener("input", (event) => { if (event.target.form?.dataset.guard !== undefined) changed = event.target.form; });
  document.addEventListener("submit", () => { changed = null; });
  addEventListener("beforeunload", (event) => { if (changed?.isConnected) event.preventDefault(); });

  // Keys: / searches, ? lists the keys, an element with data-key is pressed by its key.
  const types = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types(event.target)) return;
    if (event.key === "/") {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
      return;
    }
    const key = event.key === "?" ? "?" : event.key.toLowerCase();
    const target = $$(`[data-key="${CSS.escape(key)}"]`).find((element) => element.offsetParent !== null);
    if (target) { event.preventDefault(); target.click(); }
  });

  // A link with data-dialog="ID" opens the element of that id of its page over this one.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
      const content = page.getElementById(link.dataset.dialog);
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", link.textContent);
      dialog.closedBy = "any";
      const form = document.createElement("form");
      form.method = "dialog";
      const close = document.createElement("button");
      close.className = "plain";
      close.textContent = document.body.dataset.close;
      form.append(close);
      dialog.append(content, form);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    } catch { location.assign(link.href); }
  });

  // Live progress: an element with data-events="URL" is filled with the pieces of page that come from there, until the stream ends.
  function listen(element) {
    const source = new EventSource(element.dataset.events);
    source.addEventListener("part", (event) => {
      const page = new DOMParser().parseFromString(event.data, "text/html");
      element.replaceChildren(...page.body.childNodes);
    });
    source.addEventListener("end", (event) => { source.close(); location.assign(event.data || location.href); });
  }

  // What is done anew to each part of a page. Further behaviours add themselves here.
  const behaviours = [(root) => $$("[data-events]", root).forEach(listen)];
  function begin(root) { behaviours.forEach((behaviour) => behaviour(root)); }
  begin(document);
})();
