// Makes the page nicer; everything works without it. Forms are sent without loading the page anew, lessons show how far they have come, files can be dropped.
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
  document.addEventListener("drop", event => {
    const input = by("file");
    if (!hasFiles(event) || event.target.type === "file") return;
    event.preventDefault();
    if (!input) return;
    input.files = event.dataTransfer.files;
    name(input);
    input.focus();
  });

  // Lessons that are being learned say how far they have come; when one has ended, the page shows what it did.
  let streams = [];
  function start() {
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
