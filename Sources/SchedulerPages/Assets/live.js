// Asks for the page again now and then and puts in what has changed; without it the page is as complete, only older.
"use strict";
(() => {
  const seconds = 10;
  const notice = document.getElementById("live");
  const parts = "[data-live]";
  if (!notice || !document.querySelector(parts)) return;
  const button = notice.querySelector("button");
  notice.hidden = false;
  let paused = false;

  // What somebody is in the middle of reading or using stays as it is until they are done.
  const isBusy = (part) =>
    part.contains(document.activeElement) || part.querySelector("details[open]") !== null ||
    part.contains(document.getSelection().anchorNode) && !document.getSelection().isCollapsed;

  const refresh = async () => {
    if (paused || document.hidden) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll(parts)) {
      const next = page.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (next && !isBusy(part) && next.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(next));
    }
    document.title = page.title;
  };

  const tick = () => refresh()
    .then(() => { delete notice.dataset.failing; }, () => { notice.dataset.failing = "yes"; })
    .finally(() => setTimeout(tick, seconds * 1000));
  setTimeout(tick, seconds * 1000);
  // Whoever comes back to the page does not wait for the next time.
  document.addEventListener("visibilitychange", () => refresh().catch(() => { notice.dataset.failing = "yes"; }));

  button.addEventListener("click", () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
  });
})();
