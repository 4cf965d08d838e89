//! Bars as SVG, without script and without style.

use std::fmt::Write as _;

use super::html::{amount, escape};
use super::report::{Bar, Row};

const WIDTH: f64 = 760.0;
const LABEL: f64 = 210.0;
const LINE: f64 = 26.0;
const LOSS: &str = "#b42318";
const GAIN: &str = "#067647";
const TEXT: &str = "#1d2939";
const AXIS: &str = "#98a2b3";

/// A bar from one change to another.
struct Drawn<'a> {
    label: &'a str,
    from: f64,
    to: f64,
}

/// The change of the present value, scenario by scenario.
pub(super) fn changes(matrix: &[Row]) -> String {
    let bars: Vec<Drawn<'_>> = matrix
        .iter()
        .skip(1)
        .filter_map(|row| {
            let change = row.npv_change?;
            Some(Drawn { label: &row.title, from: change.min(0.0), to: change.max(0.0) })
        })
        .collect();
    draw("Change of the present value by scenario", &bars)
}

/// What every factor does on its own.
pub(super) fn tornado(tornado: &[Bar]) -> String {
    let bars: Vec<Drawn<'_>> = tornado
        .iter()
        .map(|bar| {
            let changes = [bar.low, bar.high].map(|end| end.map_or(0.0, |end| end.npv_change));
            Drawn {
                label: &bar.factor,
                from: changes.iter().copied().fold(0.0, f64::min),
                to: changes.iter().copied().fold(0.0, f64::max),
            }
        })
        .collect();
    draw("Change of the present value by factor", &bars)
}

fn draw(title: &str, bars: &[Drawn<'_>]) -> String {
    let lowest = bars.iter().map(|bar| bar.from).fold(0.0, f64::min);
    let highest = bars.iter().map(|bar| bar.to).fold(0.0, f64::max);
    let span = highest - lowest;
    if bars.is_empty() || span <= 0.0 || !span.is_finite() {
        return String::new();
    }
    let room = WIDTH - LABEL - 110.0;
    let x = |change: f64| LABEL + (change - lowest) / span * room;
    let lines = u32::try_from(bars.len()).map_or(0.0, f64::from);
    let height = lines * LINE + 12.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" \
         font-family=\"sans-serif\" font-size=\"12\">",
        escape(title)
    );
    let mut top = 6.0;
    for bar in bars {
        let middle = top + LINE / 2.0 + 4.0;
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\" fill=\"{TEXT}\">{}</text>",
            LABEL - 8.0,
            escape(bar.label)
        );
        for (from, to, colour) in
            [(bar.from, 0.0_f64.min(bar.to), LOSS), (0.0_f64.max(bar.from), bar.to, GAIN)]
        {
            let width = x(to) - x(from);
            if width > 0.0 {
                let _ = write!(
                    out,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\" \
                     fill=\"{colour}\"/>",
                    x(from),
                    top + 4.0,
                    LINE - 8.0
                );
            }
        }
        let widest = if -bar.from > bar.to { bar.from } else { bar.to };
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" fill=\"{TEXT}\">{}</text>",
            x(bar.to) + 6.0,
            amount(Some(widest), 0)
        );
        top += LINE;
    }
    let zero = x(0.0);
    let _ = write!(
        out,
        "<line x1=\"{zero:.1}\" y1=\"0\" x2=\"{zero:.1}\" y2=\"{height:.1}\" stroke=\"{AXIS}\"/></svg>"
    );
    out
}
