// Makes the page nicer; everything works without it. Forms are sent without loading the page anew, lessons show how far they have come, files and folders can be dropped.
"use strict";
(() => {
  const by = id => document.getElementById(id);
  const token = "__RequestVerificationToken";

  // Puts what the server answered in the place of what is shown, with the focus where it was.
  // Parts are ids, with spaces between; the first has the answer. What went wrong, and everything else, takes the whole.
  function show(html, url, parts) {
    const next = new DOMParser().parseFromString(html, "text/html");
    const ids = parts && !next.querySelector("#notice.problem") ? parts.split(" ") : ["main"], id = ids[0];
    const focused = document.activeElement && document.activeElement.id;
    const open = [...document.querySelectorAll("details[open] > summary")].map(summary => summary.textContent);
    if (!next.getElementById(id)) return location.reload();
    for (const one of ids) by(one).replaceWith(document.adoptNode(next.getElementById(one)));
    document.title = next.title;
    for (const summary of document.querySelectorAll("details > summary")) if (open.includes(summary.textContent)) summary.parentElement.open = true;
    if (url) history.replaceState(null, "", url);
    const notice = id === "main" && by("notice"), answer = id !== "main" && by(id).querySelector(".answer");
    say(notice ? notice.textContent : answer ? answer.textContent : "");
    const place = (focused && by(focused)) || notice || by(id);
    place.focus({ preventScroll: true });
    if (notice) notice.scrollIntoView({ block: "nearest" });
    start();
  }

  function say(text) {
    by("said").textContent = text.trim().replace(/\s+/g, " ");
  }

  function pathOf(address) {
    const url = new URL(address);
    return url.pathname + url.search;
  }

  async function load() {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    show(await response.text(), null, null);
  }

  async function send(form, submitter) {
    const data = new FormData(form, submitter);
    const secret = data.get(token);
    const isFile = form.enctype === "multipart/form-data";
    document.body.classList.add("waiting");
    try {
      const response = await fetch(form.action, { method: "POST", body: isFile ? data : new URLSearchParams(data), headers: { RequestVerificationToken: secret } });
      show(await response.text(), response.redirected ? pathOf(response.url) : null, form.dataset.live);
    } catch {
      say("The server does not answer; try it again.");
    } finally {
      document.body.classList.remove("waiting");
    }
  }

  // Says how much of a lesson has come to the server, which fetch does not tell.
  function upload(form) {
    const request = new XMLHttpRequest(), bar = form.querySelector("progress"), button = form.querySelector("button.main");
    const data = new FormData(form);
    request.open("POST", form.action);
    request.setRequestHeader("RequestVerificationToken", data.get(token));
    request.upload.onprogress = event => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    request.onload = () => show(request.responseText, request.responseURL === form.action ? null : pathOf(request.responseURL), null);
    request.onerror = () => { bar.hidden = true; button.disabled = false; say("The server does not answer; try it again."); };
    bar.hidden = false;
    button.disabled = true;
    say("Sending the lesson.");
    request.send(data);
  }

  document.addEventListener("submit", event => {
    const form = event.target;
    if (form.dataset.upload !== undefined) upload(form);
    else if (form.dataset.live !== undefined) send(form, event.submitter);
    else return;
    event.preventDefault();
  });

  document.addEventListener("change", event => {
    if (event.target.id === "file") name(event.target);
    if (event.target.id !== "folder" || event.target.files.length === 0) return;
    const [top] = event.target.files[0].webkitRelativePath.split("/");
    giveFolder(top, [...event.target.files].map(file => ({ path: file.webkitRelativePath.slice(top.length + 1), file })));
    event.target.value = "";
  });

  document.addEventListener("click", event => {
    if (event.target.id === "choose-folder") by("folder").click();
  });

  function name(input) {
    const file = input.files[0];
    by("chosen").textContent = file ? `${file.name}, ${size(file.size)}` : "Drop a lesson here, or choose a file";
    input.closest(".drop").classList.toggle("full", !!file);
  }

  function size(bytes) {
    return bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
  }

  // A file that is dropped anywhere is meant as a lesson, and never leaves the page.
  const hasFiles = event => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", event => {
    if (!hasFiles(event)) return;
    if (event.target.type !== "file") event.preventDefault();
    document.body.classList.add("dragging");
  });
  for (const end of ["dragleave", "drop"]) document.addEventListener(end, event => {
    if (end === "drop" || event.relatedTarget === null) document.body.classList.remove("dragging");
  });
  document.addEventListener("drop", async event => {
    const input = by("file");
    if (!hasFiles(event)) return;
    const item = event.dataTransfer.items[0], entry = item && item.webkitGetAsEntry && item.webkitGetAsEntry();
    const isFolder = entry && entry.isDirectory;
    if (event.target.type === "file" && (event.target !== input || !isFolder)) return;
    event.preventDefault();
    if (!input) return;
    if (isFolder) return giveFolder(entry.name, await filesIn(entry, "").catch(() => null));
    input.files = event.dataTransfer.files;
    name(input);
    input.focus();
  });

  // A folder becomes one file, as if somebody had zipped it: its files as they are, since pictures are small already.
  const most = { files: 65535, bytes: 2 ** 32 - 2 ** 24 };

  async function filesIn(folder, path) {
    const reader = folder.createReader(), found = [];
    for (let some; (some = await new Promise((read, fail) => reader.readEntries(read, fail))).length > 0;) {
      for (const one of some) {
        if (one.isDirectory) found.push(...await filesIn(one, `${path}${one.name}/`));
        else found.push({ path: path + one.name, file: await new Promise((read, fail) => one.file(read, fail)) });
      }
    }
    return found;
  }

  async function giveFolder(folder, files) {
    const input = by("file"), chosen = by("chosen"), button = input.form.querySelector("button.main");
    const wanted = files && files.filter(one => !one.path.split("/").some(part => part.startsWith(".")));
    const bytes = wanted ? wanted.reduce((sum, one) => sum + one.file.size, 0) : 0;
    input.value = "";
    input.closest(".drop").classList.remove("full");
    const problem = !wanted ? "cannot be read" : wanted.length === 0 ? "holds no files"
      : wanted.length > most.files || bytes > most.bytes ? `holds ${wanted.length.toLocaleString("en")} files, ${size(bytes)}: too much to be sent from here; teach it with engram learn` : null;
    if (problem) return tell(`The folder ${folder} ${problem}.`);
    button.disabled = true;
    try {
      const transfer = new DataTransfer();
      transfer.items.add(new File([await zipOf(wanted, done => tell(`Packing ${folder}: ${done.toLocaleString("en")} of ${wanted.length.toLocaleString("en")} files`))], `${folder}.zip`));
      input.files = transfer.files;
      name(input);
      say(chosen.textContent);
      input.focus();
    } catch (error) {
      tell(`The folder ${folder} cannot be read: ${error.message}`);
    } finally {
      button.disabled = false;
    }

    function tell(text) {
      chosen.textContent = text;
      if (!text.startsWith("Packing")) say(text);
    }
  }

  // Local headers with the files, then the directory, then its end (APPNOTE.TXT 4.3); names in UTF-8, method "stored".
  async function zipOf(files, progress) {
    const parts = [], directory = [];
    let at = 0;
    for (const [index, { path, file }] of files.entries()) {
      if (index % 100 === 0) progress(index);
      const title = new TextEncoder().encode(path), sum = crc32(new Uint8Array(await file.arrayBuffer()));
      const about = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, sum], [4, file.size], [4, file.size], [2, title.length], [2, 0]];
      parts.push(bytesOf([[4, 0x04034b50], ...about]), title, file);
      directory.push(bytesOf([[4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]), title);
      at += 30 + title.length + file.size;
    }
    const length = directory.reduce((sum, part) => sum + part.length, 0);
    return new Blob([...parts, ...directory, bytesOf([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, at], [2, 0]])]);
  }

  function bytesOf(fields) {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
    let at = 0;
    for (const [width, value] of fields) {
      if (width === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += width;
    }
    return new Uint8Array(view.buffer);
  }

  const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? byte >>> 1 ^ 0xedb88320 : byte >>> 1;
    return byte;
  });

  function crc32(bytes) {
    let sum = -1;
    for (let i = 0; i < bytes.length; i++) sum = remainders[(sum ^ bytes[i]) & 255] ^ sum >>> 8;
    return ~sum >>> 0;
  }

  // Lessons that are being learned say how far they have come; when one has ended, the page shows what it did.
  let streams = [];
  function start() {
    const choose = by("choose-folder");
    if (choose) choose.hidden = !("webkitdirectory" in HTMLInputElement.prototype);
    for (const stream of streams) stream.close();
    streams = [...document.querySelectorAll("[data-events]")].map(place => {
      const stream = new EventSource(place.dataset.events);
      stream.addEventListener("lesson", event => {
        const job = JSON.parse(event.data), bar = place.querySelector("progress");
        if (job.ended) {
          stream.close();
          load().then(() => say(`Lesson ${job.name || job.source}: ${job.verdict || job.message || job.state}`));
          return;
        }
        if (job.total > 0) { bar.max = job.total; bar.value = job.done; } else bar.removeAttribute("value");
        const stage = job.stage || job.state;
        place.querySelector(".stage").textContent = job.total > 0 ? `${stage}, ${job.done.toLocaleString("en")} of ${job.total.toLocaleString("en")}` : stage;
        place.closest("li").querySelector(".state").textContent = stage;
      });
      return stream;
    });
  }
  start();
})();
