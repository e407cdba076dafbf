// When the letters' source was last looked at: all that a run changes in a portal if it finds nothing new.

/** The day, which is put here when the portal is made; nothing where nobody knows. */
const LAST_RUN = "{last run}";

/** Tell it at the foot of the page. */
export function tellLastRun() {
  const place = document.getElementById("last-run");
  if (place && LAST_RUN) place.textContent = ` Their source was last looked at on ${LAST_RUN}.`;
}
