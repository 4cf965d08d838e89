/** Charts as PNG: colours of the theme are written into a copy of the drawing. */
import { saveBlob } from "@/api/download";
import { toast } from "@/ui/toasts";

/** Replaces `var(--name)` by the value it has now. */
export function resolveColor(text: string): string {
  const styles = getComputedStyle(document.documentElement);
  return text.replace(/var\((--[\w-]+)\)/g, (_, name: string) =>
    styles.getPropertyValue(name).trim(),
  );
}

async function svgToBlob(svg: SVGSVGElement): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", "Inter, system-ui, sans-serif");
  copy.setAttribute("font-size", "11");
  const text = resolveColor(new XMLSerializer().serializeToString(copy));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return paint(width, height, (context) => context.drawImage(image, 0, 0, width, height));
}

function paint(
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D) => void,
): Promise<Blob> {
  const scale = 2;
  const canvas = document.createElement("canvas");
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  if (context === null) {
    return Promise.reject(new Error("no canvas"));
  }
  context.scale(scale, scale);
  context.fillStyle = resolveColor("var(--surface-1)");
  context.fillRect(0, 0, width, height);
  draw(context);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)));
  });
}

/** Copies the first drawing inside an element, or saves it where copying is not allowed. */
export async function copyPicture(root: HTMLElement, name: string): Promise<void> {
  const svg = root.querySelector<SVGSVGElement>("svg[data-chart]");
  const canvas = root.querySelector("canvas");
  try {
    const blob =
      svg !== null
        ? await svgToBlob(svg)
        : await paint(canvas?.clientWidth ?? 1, canvas?.clientHeight ?? 1, (context) => {
            if (canvas !== null) {
              context.drawImage(canvas, 0, 0, canvas.clientWidth, canvas.clientHeight);
            }
          });
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
      toast({ tone: "ok", text: "Picture copied" });
    } catch {
      saveBlob(blob, `${name}.png`);
      toast({ tone: "ok", text: `${name}.png saved` });
    }
  } catch {
    toast({ tone: "bad", text: "The picture could not be made" });
  }
}
