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
  const sendSoon = (event) => {
    const form = event.target.form;
    if (!form?.dataset.live || event.isComposing) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => form.requestSubmit(), 300));
  };
  document.addEventListener("input", sendSoon);
  // What an input method gives is an input while it composes, and none when it ends.
  document.addEventListener("compositionend", sendSoon);

  // A choice that decides which further fields there are: the button that takes it over is pressed.
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.choose) $("[name=c_choose]", event.target.form)?.click();
  });

  // Leaving a form that has been changed is asked about.
  let changed = null;
  document.addEventListener("input", (event) => { if (event.target.form?.dataset.guard !== undefined) changed = event.target.form; });
  document.addEventListener("submit", () => { changed = null; });
  addEventListener("beforeunload", (event) => { if (changed?.isConnected) event.preventDefault(); });

  // In a list j and k go to the link of the next and the previous row, x chooses the row; Enter opens it, as of any link.
  function rowKey(key) {
    const rows = $$("table.records tbody tr");
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (key === "x") return at < 0 ? false : ($("input[type=checkbox]", rows[at])?.click(), true);
    const row = rows[key === "j" ? at + 1 : Math.max(at, 1) - 1];
    $("a", row ?? document.createElement("i"))?.focus();
    return rows.length > 0;
  }

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
    if (["j", "k", "x"].includes(key) && rowKey(key)) return event.preventDefault();
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

  // Forms of records. A reading follows what is typed into the input method, for as long as nobody has written one by hand.
  function ruby(input) {
    const reading = document.getElementById(input.dataset.ruby);
    let kana = "", own = reading.value === "";
    const katakana = (text) => text.normalize("NFKC").replace(/[ぁ-ゖ]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 96));
    reading.addEventListener("input", () => { own = reading.value === ""; });
    input.addEventListener("compositionstart", () => { kana = ""; });
    // What is being composed is kana until it is turned into kanji; letters of the last key may still stand at its end.
    input.addEventListener("compositionupdate", (event) => {
      const text = event.data.replace(/[a-zA-Zａ-ｚＡ-Ｚ]+$/, "");
      if (text && /^[ぁ-ゖァ-ヺー・\s]+$/.test(text)) kana = text;
    });
    input.addEventListener("compositionend", (event) => {
      if (!own || !event.data) return;
      const letters = /^[a-zA-Z0-9ａ-ｚＡ-Ｚ０-９]+$/.test(event.data) ? event.data : kana;
      reading.value += katakana(letters);
    });
    input.addEventListener("input", () => { if (own && input.value === "") reading.value = ""; });
  }
  // A name that stands for something: candidates below it, by the arrows or the pointer (ARIA combobox).
  function pick(box) {
    const input = $("input:not([type])", box), many = box.dataset.many;
    const list = document.createElement("div");
    list.id = `${input.id}-list`; list.className = "list"; list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", $(`label[for="${input.id}"]`)?.textContent ?? "");
    box.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) input.setAttribute(name, value);
    let timer, turn, at = -1;
    const options = () => $$("[role=option]", list);
    const close = () => { clearTimeout(timer); turn?.abort(); list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
    const mark = (next) => {
      const all = options();
      if (!all.length) return;
      at = (next + all.length) % all.length;
      all.forEach((option, place) => option.setAttribute("aria-selected", place === at));
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };
    const find = async () => {
      turn?.abort(); turn = new AbortController();
      const url = new URL(box.dataset.pick, location.href);
      url.searchParams.set("q", input.value);
      try {
        const answer = await fetch(url, { signal: turn.signal, headers: { "X-Update": "candidates" } });
        const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("candidates");
        if (!answer.ok || !found) return close();
        list.replaceChildren(...found.children);
        options().forEach((option, place) => { option.id = `${list.id}-${place}`; });
        list.hidden = false; at = -1;
        input.setAttribute("aria-expanded", "true");
        input.removeAttribute("aria-activedescendant");
      } catch { /* another search has begun, or there is no answer: what is typed is looked up when the form is sent */ }
    };
    const choose = (option) => {
      const { value, label } = option.dataset;
      if (many) {
        const chosen = $(".chosen", box);
        if (!$$("input", chosen).some((one) => one.value === value)) {
          const own = document.createElement("label"), check = document.createElement("input");
          check.type = "checkbox"; check.name = many; check.value = value; check.checked = true;
          own.append(check, ` ${label}`);
          chosen.append(own);
        }
        input.value = "";
      } else {
        const [key, name] = $$("input[type=hidden]", box);
        key.value = value; name.value = label; input.value = label;
      }
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    input.addEventListener("input", (event) => { if (!event.isComposing) { clearTimeout(timer); timer = setTimeout(find, 200); } });
    input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(find, 200); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) find(); else mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !list.hidden && options()[at]) {
        event.preventDefault();
        choose(options()[at]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    input.addEventListener("blur", close);
  }
  // Choices below one another: a select for each level in place of one of all paths.
  function levels(whole) {
    const paths = Array.from(whole.options).filter((option) => option.value).map((option) => ({ key: option.value.split("/"), label: option.textContent.split(" > ").at(-1) }));
    const depth = Math.max(0, ...paths.map((path) => path.key.length));
    if (depth < 2) return;
    const none = whole.options[0].textContent, row = document.createElement("span");
    row.className = "levels";
    const selects = Array.from({ length: depth }, (_, level) => {
      const select = document.createElement("select");
      select.setAttribute("aria-label", `${whole.labels[0]?.firstChild.textContent ?? ""} ${level + 1}`);
      row.append(select);
      return select;
    });
    const fill = (from) => {
      for (let level = from; level < depth; level += 1) {
        const above = selects.slice(0, level).map((select) => select.value);
        const own = paths.filter((path) => path.key.length === level + 1 && above.every((value, place) => value === path.key[place]));
        selects[level].replaceChildren(new Option(none, ""), ...own.map((path) => new Option(path.label, path.key[level])));
        selects[level].disabled = !own.length;
      }
    };
    selects.forEach((select, level) => select.addEventListener("change", () => {
      fill(level + 1);
      const chosen = selects.map((one) => one.value);
      const end = chosen.indexOf("");
      whole.value = (end < 0 ? chosen : chosen.slice(0, end)).join("/");
    }));
    fill(0);
    whole.value.split("/").forEach((value, level) => { if (value && selects[level]) { selects[level].value = value; fill(level + 1); } });
    selects[0].id = whole.id; whole.removeAttribute("id"); whole.hidden = true;
    for (const name of ["aria-required", "aria-invalid", "aria-describedby"]) if (whole.hasAttribute(name)) selects[0].setAttribute(name, whole.getAttribute(name));
    selects[0].removeAttribute("aria-label");
    whole.after(row);
  }
  // What may be registered already, while it is typed.
  function lookup(form) {
    let timer, turn;
    const find = async () => {
      turn?.abort(); turn = new AbortController();
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.dataset.lookup, { method: "POST", body, signal: turn.signal, headers: { "X-Update": "duplicates" } });
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("duplicates");
        if (answer.ok && fresh) document.getElementById("duplicates").replaceWith(fresh);
      } catch { /* it is looked for again when the form is sent */ }
    };
    const later = (event) => { if (!event.isComposing && event.target.form === form) { clearTimeout(timer); timer = setTimeout(find, 700); } };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    // What the input method ends with is told by no event of its own but this.
    form.addEventListener("compositionend", later);
  }
  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form?.dataset.guard !== undefined) { event.preventDefault(); form.requestSubmit(); }
  });

  // The page of a record: what a click copies, and files that are dropped on their form.
  function copy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    const text = button.textContent;
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = text; }, 2000);
    });
  }
  function drop(form) {
    const input = $("input[type=file]", form);
    const over = (is) => (event) => { event.preventDefault(); form.classList.toggle("over", is); };
    form.addEventListener("dragover", over(true));
    form.addEventListener("dragleave", over(false));
    form.addEventListener("drop", (event) => { over(false)(event); if (event.dataTransfer.files.length) input.files = event.dataTransfer.files; });
  }

  // An ordered list with data-sort: a row is dragged to another, and the form is sent with "row:before:other" or "row:after:other".
  function sortable(list) {
    let dragged = null;
    const side = (row, event) => (event.clientY < row.getBoundingClientRect().top + row.offsetHeight / 2 ? "before" : "after");
    const clear = () => $$("[data-item]", list).forEach((row) => row.classList.remove("drop-before", "drop-after", "is-dragged"));
    for (const row of $$("[data-item]", list)) {
      row.draggable = true;
      row.addEventListener("dragstart", (event) => {
        dragged = row;
        row.classList.add("is-dragged");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.dataset.item);
      });
      row.addEventListener("dragend", () => { dragged = null; clear(); });
      row.addEventListener("dragover", (event) => {
        if (!dragged || dragged === row) return;
        event.preventDefault();
        row.classList.toggle("drop-before", side(row, event) === "before");
        row.classList.toggle("drop-after", side(row, event) === "after");
      });
      row.addEventListener("dragleave", () => row.classList.remove("drop-before", "drop-after"));
      row.addEventListener("drop", (event) => {
        if (!dragged || dragged === row) return;
        event.preventDefault();
        const form = list.closest("form");
        const move = Object.assign(document.createElement("input"), { type: "hidden", name: "move", value: `${dragged.dataset.item}:${side(row, event)}:${row.dataset.item}` });
        form.append(move);
        form.requestSubmit();
      });
    }
  }

  // What is done anew to each part of a page. Further behaviours add themselves here.
  const behaviours = [(root) => $$("[data-events]", root).forEach(listen),
    (root) => $$("[data-ruby]", root).forEach(ruby), (root) => $$("[data-pick]", root).forEach(pick),
    (root) => $$("[data-levels]", root).forEach(levels), (root) => $$("[data-lookup]", root).forEach(lookup),
    (root) => $$("[data-copy]", root).forEach(copy), (root) => $$("[data-drop]", root).forEach(drop),
    (root) => $$("[data-sort]", root).forEach(sortable)];
  function begin(root) { behaviours.forEach((behaviour) => behaviour(root)); }
  begin(document);
})();
