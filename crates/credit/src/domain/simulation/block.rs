//! What some paths gave, as it is kept between the parts of a job: numbers as they are, so that a
//! resumed simulation ends with the same bits.

use bytes::Bytes;

use super::path::PathRow;

/// Marks the format.
const MARK: [u8; 8] = *b"QSIMBLK1";

/// What consecutive paths gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The first path.
    pub first: u64,
    /// One row a path.
    pub rows: Vec<PathRow>,
    /// How often each variable was held by its clamp.
    pub clamped: Vec<u32>,
    /// Paths with a driver out of range.
    pub held: u32,
}

/// A block that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the block is damaged")]
pub struct BlockError;

impl Block {
    /// Writes the block.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let width = self.rows.first().map_or(0, |row| row.fan.len());
        let mut bytes = Vec::with_capacity(64 + self.rows.len() * (width + 12) * 8);
        bytes.extend(MARK);
        bytes.extend(self.first.to_le_bytes());
        for count in [self.rows.len(), width, self.clamped.len()] {
            bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        for count in self.clamped.iter().chain([&self.held]) {
            bytes.extend(count.to_le_bytes());
        }
        let mut numbers = Vec::new();
        for row in &self.rows {
            row.write(&mut numbers);
        }
        for number in numbers {
            bytes.extend(number.to_le_bytes());
        }
        Bytes::from(bytes)
    }

    /// Reads what [`Block::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BlockError> {
        let mut reader = Reader(bytes);
        if reader.take::<8>()? != MARK {
            return Err(BlockError);
        }
        let first = u64::from_le_bytes(reader.take()?);
        let [rows, width, variables] = [reader.count()?, reader.count()?, reader.count()?];
        let row_bytes = width.checked_add(12).and_then(|numbers| numbers.checked_mul(8));
        let clamped = (0..variables).map(|_| reader.count()).collect::<Result<Vec<_>, _>>()?;
        let held = reader.count()?;
        let whole = row_bytes.and_then(|one| one.checked_mul(rows)) == Some(reader.0.len());
        let row_bytes = row_bytes.filter(|_| whole).ok_or(BlockError)?;
        let small = |count: usize| u32::try_from(count).map_err(|_| BlockError);
        let rows = reader.0.chunks_exact(row_bytes).map(|row| {
            let numbers = row.chunks_exact(8).filter_map(|eight| eight.try_into().ok());
            let numbers: Vec<f64> = numbers.map(f64::from_le_bytes).collect();
            PathRow::read(&numbers).ok_or(BlockError)
        });
        Ok(Self {
            first,
            rows: rows.collect::<Result<_, _>>()?,
            clamped: clamped.into_iter().map(small).collect::<Result<_, _>>()?,
            held: small(held)?,
        })
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], BlockError> {
        let (first, rest) = self.0.split_first_chunk().ok_or(BlockError)?;
        self.0 = rest;
        Ok(*first)
    }

    fn count(&mut self) -> Result<usize, BlockError> {
        usize::try_from(u32::from_le_bytes(self.take()?)).map_err(|_| BlockError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Block {
        let row = |value: f64| PathRow {
            value,
            loss: 1.0,
            default: 2.0,
            prepayment: 3.0,
            life: f64::INFINITY,
            irr: 0.05,
            drivers: [value; 6],
            fan: vec![value, 0.1 + 0.2],
        };
        Block { first: 500, rows: vec![row(1.0), row(-2.5)], clamped: vec![1, 0, 7], held: 2 }
    }

    #[test]
    fn a_block_reads_back_to_the_same_bits() {
        let found = Block::from_bytes(&block().to_bytes()).unwrap();

        assert_eq!(found, block());
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = block().to_bytes();
        for length in 0..bytes.len() {
            assert!(Block::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
        let mut huge = bytes.to_vec();
        huge[16..28].fill(0xFF);
        assert!(Block::from_bytes(&huge).is_err());
    }
}
