"""Walking a page by Tab: what is reached, in which order, whether one sees where one is, and whether one comes out."""

MOST = 900
"""More steps than any page that is walked needs."""

BEGIN = """
() => {
  const CONTROLS = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const isThere = (each) => each.tabIndex >= 0 && !each.disabled && !each.closest("[inert]")
    && each.checkVisibility({ visibilityProperty: true });
  const named = (each) => `${each.outerHTML.replace(/\\s+/g, " ").slice(0, 140)}`;
  const group = (each) => each.type === "radio" && each.name
    ? [...document.getElementsByName(each.name)].filter((one) => one.form === each.form && isThere(one)) : [each];
  const isStop = (each) => { const all = group(each); return each === (all.find((one) => one.checked) || all[0]); };

  const shows = (each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
      && !/^(transparent|rgba\\(.*, 0\\))$/.test(style.outlineColor);
  };
  const isMarked = (each) => [each, each.closest("label"), each.nextElementSibling].some((one) => one && shows(one));
  const isUncovered = (each) => [...each.getClientRects()].some((box) => {
    const across = [0.5, 0.1, 0.9].map((part) => box.left + box.width * part);
    const down = [0.5, 0.1, 0.9].map((part) => box.top + box.height * part);
    return across.some((x) => down.some((y) => {
      const hit = document.elementFromPoint(x, y);
      return hit && (each.contains(hit) || each.closest("label")?.contains(hit));
    }));
  });

  const wanted = [...document.querySelectorAll(CONTROLS)].filter((each) => isThere(each) && isStop(each));
  const walk = { seen: [], faults: [], still: 0 };
  const say = (what, each) => walk.faults.push(`${what}: ${named(each)}`);

  /* After each Tab: false once one has come out of the page, or can get no further. */
  walk.step = () => {
    const here = document.activeElement, last = walk.seen.at(-1);
    for (const moving of document.getAnimations()) if (moving.transitionProperty) moving.finish();
    if (!here || here === document.body) return false;
    if (here === last) {
      if (walk.seen.length === 1) return false;
      const holdsMore = here.matches("iframe, audio, video, input");
      if (!holdsMore || ++walk.still > 20) say("no way on from", here);
      return holdsMore && walk.still <= 20;
    }
    if (walk.seen.includes(here)) {
      if (here !== walk.seen[0]) say("back to", here);
      return false;
    }
    if (last && !(last.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING)) say("out of order", here);
    /* What has the focus within a frame is for its own document to mark. */
    if (here.tagName !== "IFRAME" && !isMarked(here)) say("not marked", here);
    else if (!isUncovered(here)) say("covered or out of sight", here);
    walk.still = 0;
    walk.seen.push(here);
    return true;
  };
  walk.end = () => {
    const missed = wanted.filter((each) => each.isConnected && isThere(each) && !walk.seen.includes(each));
    for (const each of missed) say("never reached", each);
    return walk.faults;
  };
  window.walk = walk;
  /* From the top, wherever the page puts the focus by itself. */
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}
"""

MENUS = """
() => [...document.querySelectorAll("details.menu > summary")].filter((each) => each.checkVisibility())
  .map((each) => each.ariaLabel || each.textContent.trim().replace(/[0-9]+/g, ""))
"""

PLACE = """
() => {
  const here = document.activeElement, menu = here.closest("details.menu");
  return { isOpen: Boolean(menu?.open), isWithin: Boolean(menu) && here.tagName !== "SUMMARY", is: here.tagName };
}
"""


def faults(page):
    """What goes wrong for who walks from the top of the page to its end by Tab."""
    # Whoever calls this has just followed a link: the page may still be on its way.
    page.wait_for_load_state()
    page.evaluate(BEGIN)
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if not page.evaluate("() => walk.step()"):
            return page.evaluate("() => walk.end()")
    return [f"no end within {MOST} steps"]


def menu_faults(page, known):
    """What goes wrong in menus no page before had: each opens by Enter, Escape closes it, the focus goes back."""
    found = []
    for number, name in enumerate(page.evaluate(MENUS)):
        if name in known:
            continue
        known.add(name)
        page.locator("details.menu > summary:visible").nth(number).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = page.evaluate(PLACE)
        page.keyboard.press("Escape")
        after = page.evaluate(PLACE)
        if inside != {"isOpen": True, "isWithin": True, "is": inside["is"]}:
            found.append(f"menu “{name}” does not open, or nothing in it is reached: {inside}")
        if after != {"isOpen": False, "isWithin": False, "is": "SUMMARY"}:
            found.append(f"menu “{name}” does not close, or does not give the focus back: {after}")
    return found
