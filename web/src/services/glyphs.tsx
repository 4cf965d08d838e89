/** The mark of the product and the glyph of each service: its own instrument, in sixteen units. */
import type { ReactNode } from "react";

interface GlyphProps {
  size?: number;
}

function Glyph({ size = 16, children }: GlyphProps & { children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export function Logo({ size = 20 }: GlyphProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      strokeWidth={2}
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2 8v4M6 4.600v10.800M10 2.200v15.600M14 4.600v10.800" stroke="var(--text)" />
      <path d="M18 8v8.400" stroke="var(--accent)" />
    </svg>
  );
}

/** The payoff of a short strangle. */
export const StrangleGlyph = (props: GlyphProps) => (
  <Glyph {...props}>
    <path d="M1.500 13 5 4.500h6L14.500 13" />
    <path d="M1.500 9.200h2M12.500 9.200h2" opacity={0.55} />
  </Glyph>
);

/** A waterfall of cash flows. */
export const CreditGlyph = (props: GlyphProps) => (
  <Glyph {...props}>
    <path d="M2 2.800h5v3.400h4v3.400h3v3.600" />
    <path d="M2 6.200h5M2 9.600h9M2 13.200h12" opacity={0.55} />
  </Glyph>
);

/** A marked page. */
export const DocumentsGlyph = (props: GlyphProps) => (
  <Glyph {...props}>
    <path d="M3.500 1.800h6l3 3v9.400h-9z" />
    <path d="M9.300 2v3h3" opacity={0.6} />
    <path d="M5.400 7.400h5.200v1.900H5.400z" fill="currentColor" stroke="none" />
    <path d="M5.600 11.500h3.600" />
  </Glyph>
);

/** Two bell curves. */
export const ModelsGlyph = (props: GlyphProps) => (
  <Glyph {...props}>
    <path d="M1.500 13c3.200 0 3.200-9.600 5.200-9.600S8.900 13 12 13" />
    <path d="M5 13c3 0 3.200-6.500 5-6.500S12 13 14.500 13" opacity={0.55} />
  </Glyph>
);

/** A heat map. */
export function LevelsGlyph(props: GlyphProps) {
  const strengths = [0.3, 0.9, 0.3, 0.6, 1, 0.6, 0.3, 0.8, 0.3];
  return (
    <Glyph {...props}>
      {strengths.map((strength, cell) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: nine fixed cells
          key={cell}
          x={2 + (cell % 3) * 4.3}
          y={2 + Math.floor(cell / 3) * 4.3}
          width={3.4}
          height={3.4}
          rx={0.6}
          fill="currentColor"
          stroke="none"
          opacity={strength}
        />
      ))}
    </Glyph>
  );
}

export const OtherGlyph = (props: GlyphProps) => (
  <Glyph {...props}>
    <rect x="2.500" y="2.500" width="11" height="11" rx="2" />
    <path d="M5.500 8h5" />
  </Glyph>
);
