// Plays a recording in its frame, where there is nothing but it. What is broken in the file is left out, so that one
// which is still being written, or was cut off, plays as far as it goes.
"use strict";

(() => {
  const MOST = 32e6;
  const place = document.querySelector("[data-player]");

  const say = (text) => {
    place.textContent = text;
  };

  const parsed = (line) => {
    try {
      return JSON.parse(line);
    } catch {
      return null;
    }
  };

  const isEvent = (event) => Array.isArray(event) && event.length >= 3 && Number.isFinite(event[0]) && event[0] >= 0;

  // The recording as the player takes it: one object of version 1 as it is, else the header and whole events.
  const playable = (text) => {
    if (parsed(text)?.version === 1) return text;
    const [header, ...lines] = text.trimStart().split("\n");
    const events = lines.filter((line) => isEvent(parsed(line)));
    return parsed(header)?.version && events.length ? [header, ...events].join("\n") : "";
  };

  const play = async () => {
    say("The recording is being read …");
    const answer = await fetch(place.dataset.bytes);
    if (!answer.ok) return say("The recording cannot be read now.");
    if (Number(answer.headers.get("Content-Length")) > MOST) return say("The recording is too large to be played here.");
    const data = playable(await answer.text());
    if (!data) return say("There is nothing to play.");
    say("");
    window.AsciinemaPlayer.create({ data }, place, { fit: "both", idleTimeLimit: 2, poster: "npt:0:01", preload: true });
  };

  play().catch(() => say("The recording cannot be read now."));
})();
