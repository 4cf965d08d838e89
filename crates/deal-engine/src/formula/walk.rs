//! Every part of an expression.

use crate::model::Expr;

use super::MAX_DEPTH;

/// How large an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Size {
    pub(crate) nodes: usize,
    /// Levels, counted to one more than [`MAX_DEPTH`].
    pub(crate) depth: usize,
}

/// The expression and everything inside it, from left to right.
pub(crate) fn parts(expression: &Expr) -> impl Iterator<Item = &Expr> {
    let mut waiting = vec![expression];
    std::iter::from_fn(move || {
        let next = waiting.pop()?;
        let inside = children(next);
        waiting.extend(inside.into_iter().rev());
        Some(next)
    })
}

/// Counts nodes and levels.
pub(crate) fn size(expression: &Expr) -> Size {
    let mut size = Size::default();
    let mut waiting = vec![(expression, 1)];
    while let Some((next, depth)) = waiting.pop() {
        size.nodes += 1;
        if let Expr::Field { object, .. } = next {
            size.nodes += object.names.len();
        }
        size.depth = size.depth.max(depth);
        if depth <= MAX_DEPTH {
            waiting.extend(children(next).into_iter().map(|child| (child, depth + 1)));
        }
    }
    size
}

fn children(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Number(_)
        | Expr::Percent(_)
        | Expr::Bool(_)
        | Expr::Date(_)
        | Expr::Name(_)
        | Expr::Text(_) => Vec::new(),
        Expr::Field { arguments, .. } | Expr::Function { arguments, .. } => {
            arguments.iter().collect()
        }
        Expr::Unary(_, operand) => vec![operand],
        Expr::Binary(_, left, right) => vec![left, right],
        Expr::If(condition, then, otherwise) => vec![condition, then, otherwise],
        Expr::Table(of, rows) => {
            std::iter::once(&**of).chain(rows.iter().map(|(_, value)| value)).collect()
        }
    }
}
