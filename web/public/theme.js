// Sets theme, density and direction colours before the first paint; a separate file because the
// content policy has no inline script.
(() => {
  const root = document.documentElement;
  const read = (name, fallback) => {
    try {
      return localStorage.getItem(`quintet.${name}`) ?? fallback;
    } catch {
      return fallback;
    }
  };
  const theme = read("theme", "system");
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  root.dataset.theme = theme === "system" ? (light ? "light" : "dark") : theme;
  root.dataset.density = read("density", "dense");
  root.dataset.direction = read("direction", "teal");
})();
