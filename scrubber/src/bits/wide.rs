//! The choice of instructions. The only place in the library where unsafe code stands: it calls functions that were
//! compiled for a processor's extension, after asking the processor whether it has it.

#![expect(unsafe_code, reason = "vector instructions; each choice is held equal to plain code by tests in `bits`")]

use super::block::Block;
#[cfg(any(test, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
use super::plain::Plain;
use super::{BLOCK, JsonBlocks, TextBlocks, json_blocks, text_blocks};
#[cfg(test)]
use super::{TextBits, tests::JsonBits};

/// Appends the bits of a text, with the bytes that lead somewhere and so many blocks beyond it.
#[cfg(test)]
type Texts = fn(&[u8], &[u8], usize, Vec<TextBits>) -> Vec<TextBits>;

/// One way to make bits.
#[cfg(test)]
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) text: Texts,
    pub(super) json: fn(&[u8], Vec<JsonBits>) -> Vec<JsonBits>,
}

/// What every processor of the kind has.
#[cfg(target_arch = "x86_64")]
type Base = x86::Sse2;
#[cfg(target_arch = "aarch64")]
type Base = neon::Neon;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Base = Plain;

/// Every way that this processor has, the fastest first.
#[cfg(test)]
pub(super) fn all() -> Vec<Choice> {
    let mut choices = Vec::new();
    #[cfg(target_arch = "x86_64")]
    if x86::has_avx2() {
        choices.push(Choice { name: "avx2", text: x86::text_avx2, json: x86::json_avx2 });
    }
    choices.push(Choice { name: "base", text: text_blocks::<Base, _>, json: json_blocks::<Base, _> });
    choices.push(Choice { name: "plain", text: text_blocks::<Plain, _>, json: json_blocks::<Plain, _> });
    choices
}

pub(super) fn of_text<V: TextBlocks>(text: &[u8], leads: &[u8], beyond: usize, visitor: V) -> V {
    #[cfg(target_arch = "x86_64")]
    if x86::has_avx2() {
        return x86::text_avx2(text, leads, beyond, visitor);
    }
    text_blocks::<Base, V>(text, leads, beyond, visitor)
}

pub(super) fn of_json<V: JsonBlocks>(text: &[u8], visitor: V) -> V {
    #[cfg(target_arch = "x86_64")]
    if x86::has_avx2() {
        return x86::json_avx2(text, visitor);
    }
    json_blocks::<Base, V>(text, visitor)
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::*;
    use std::arch::x86_64::*;

    /// Four times sixteen bytes.
    #[derive(Clone, Copy)]
    pub(super) struct Sse2([__m128i; 4]);

    // SAFETY of every block below: SSE2 belongs to the base of x86-64, and loads stay in the array. Parts are written out
    // because closures would not be compiled into their callers.
    impl Block for Sse2 {
        #[inline(always)]
        fn load(bytes: &[u8; BLOCK]) -> Self {
            let at = bytes.as_ptr();
            let [a, b, c, d] = [at, at.wrapping_add(16), at.wrapping_add(32), at.wrapping_add(48)];
            unsafe {
                Self([
                    _mm_loadu_si128(a.cast()),
                    _mm_loadu_si128(b.cast()),
                    _mm_loadu_si128(c.cast()),
                    _mm_loadu_si128(d.cast()),
                ])
            }
        }

        #[inline(always)]
        fn eq(self, byte: u8) -> Self {
            let Self([a, b, c, d]) = self;
            unsafe {
                let all = _mm_set1_epi8(byte.cast_signed());
                Self([_mm_cmpeq_epi8(a, all), _mm_cmpeq_epi8(b, all), _mm_cmpeq_epi8(c, all), _mm_cmpeq_epi8(d, all)])
            }
        }

        #[inline(always)]
        fn within(self, low: u8, high: u8) -> Self {
            let Self([a, b, c, d]) = self;
            unsafe {
                let (low, span) = (_mm_set1_epi8(low.cast_signed()), _mm_set1_epi8((high - low).cast_signed()));
                let [a, b, c, d] =
                    [_mm_sub_epi8(a, low), _mm_sub_epi8(b, low), _mm_sub_epi8(c, low), _mm_sub_epi8(d, low)];
                Self([
                    _mm_cmpeq_epi8(_mm_min_epu8(a, span), a),
                    _mm_cmpeq_epi8(_mm_min_epu8(b, span), b),
                    _mm_cmpeq_epi8(_mm_min_epu8(c, span), c),
                    _mm_cmpeq_epi8(_mm_min_epu8(d, span), d),
                ])
            }
        }

        #[inline(always)]
        fn or(self, other: Self) -> Self {
            let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
            unsafe { Self([_mm_or_si128(a, e), _mm_or_si128(b, f), _mm_or_si128(c, g), _mm_or_si128(d, h)]) }
        }

        #[inline(always)]
        fn fold(self) -> Self {
            let all = unsafe { _mm_set1_epi8(0x20) };
            self.or(Self([all, all, all, all]))
        }

        #[inline(always)]
        fn bits(self) -> u64 {
            let Self([a, b, c, d]) = self;
            let [a, b, c, d] =
                unsafe { [_mm_movemask_epi8(a), _mm_movemask_epi8(b), _mm_movemask_epi8(c), _mm_movemask_epi8(d)] };
            let wide = |part: i32| u64::from(part.cast_unsigned());
            wide(a) | wide(b) << 16 | wide(c) << 32 | wide(d) << 48
        }
    }

    /// Twice thirty-two bytes. Made only within functions that are compiled for AVX2.
    #[derive(Clone, Copy)]
    struct Avx2([__m256i; 2]);

    // SAFETY of every block below: `Avx2` is used in `text_avx2` and `json_avx2` alone, which run on processors that have it.
    impl Block for Avx2 {
        #[inline(always)]
        fn load(bytes: &[u8; BLOCK]) -> Self {
            let (low, high) = (bytes.as_ptr(), bytes.as_ptr().wrapping_add(32));
            unsafe { Self([_mm256_loadu_si256(low.cast()), _mm256_loadu_si256(high.cast())]) }
        }

        #[inline(always)]
        fn eq(self, byte: u8) -> Self {
            let Self([a, b]) = self;
            unsafe {
                let all = _mm256_set1_epi8(byte.cast_signed());
                Self([_mm256_cmpeq_epi8(a, all), _mm256_cmpeq_epi8(b, all)])
            }
        }

        #[inline(always)]
        fn within(self, low: u8, high: u8) -> Self {
            let Self([a, b]) = self;
            unsafe {
                let (low, span) = (_mm256_set1_epi8(low.cast_signed()), _mm256_set1_epi8((high - low).cast_signed()));
                let (a, b) = (_mm256_sub_epi8(a, low), _mm256_sub_epi8(b, low));
                Self([_mm256_cmpeq_epi8(_mm256_min_epu8(a, span), a), _mm256_cmpeq_epi8(_mm256_min_epu8(b, span), b)])
            }
        }

        #[inline(always)]
        fn or(self, other: Self) -> Self {
            let (Self([a, b]), Self([c, d])) = (self, other);
            unsafe { Self([_mm256_or_si256(a, c), _mm256_or_si256(b, d)]) }
        }

        #[inline(always)]
        fn fold(self) -> Self {
            let all = unsafe { _mm256_set1_epi8(0x20) };
            self.or(Self([all, all]))
        }

        #[inline(always)]
        fn bits(self) -> u64 {
            let Self([low, high]) = self;
            let (low, high) = unsafe { (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)) };
            u64::from(high.cast_unsigned()) << 32 | u64::from(low.cast_unsigned())
        }
    }

    /// Whether the processor has AVX2 and what came with it.
    pub(super) fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt")
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn text_with_avx2<V: TextBlocks>(text: &[u8], leads: &[u8], beyond: usize, visitor: V) -> V {
        text_blocks::<Avx2, V>(text, leads, beyond, visitor)
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn json_with_avx2<V: JsonBlocks>(text: &[u8], visitor: V) -> V {
        json_blocks::<Avx2, V>(text, visitor)
    }

    pub(super) fn text_avx2<V: TextBlocks>(text: &[u8], leads: &[u8], beyond: usize, visitor: V) -> V {
        // SAFETY: this is chosen only where the processor says that it has AVX2 and what came with it.
        unsafe { text_with_avx2(text, leads, beyond, visitor) }
    }

    pub(super) fn json_avx2<V: JsonBlocks>(text: &[u8], visitor: V) -> V {
        // SAFETY: as above.
        unsafe { json_with_avx2(text, visitor) }
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::*;
    use std::arch::aarch64::*;

    /// Four times sixteen bytes; every 64-bit ARM processor has these instructions.
    #[derive(Clone, Copy)]
    pub(super) struct Neon([uint8x16_t; 4]);

    // SAFETY of every block below: the instructions belong to the base of the architecture, and loads stay in the arrays.
    impl Block for Neon {
        #[inline(always)]
        fn load(bytes: &[u8; BLOCK]) -> Self {
            let at = bytes.as_ptr();
            let [b, c, d] = [at.wrapping_add(16), at.wrapping_add(32), at.wrapping_add(48)];
            unsafe { Self([vld1q_u8(at), vld1q_u8(b), vld1q_u8(c), vld1q_u8(d)]) }
        }

        #[inline(always)]
        fn eq(self, byte: u8) -> Self {
            let Self([a, b, c, d]) = self;
            unsafe {
                let all = vdupq_n_u8(byte);
                Self([vceqq_u8(a, all), vceqq_u8(b, all), vceqq_u8(c, all), vceqq_u8(d, all)])
            }
        }

        #[inline(always)]
        fn within(self, low: u8, high: u8) -> Self {
            let Self([a, b, c, d]) = self;
            unsafe {
                let (low, span) = (vdupq_n_u8(low), vdupq_n_u8(high - low));
                Self([
                    vcleq_u8(vsubq_u8(a, low), span),
                    vcleq_u8(vsubq_u8(b, low), span),
                    vcleq_u8(vsubq_u8(c, low), span),
                    vcleq_u8(vsubq_u8(d, low), span),
                ])
            }
        }

        #[inline(always)]
        fn or(self, other: Self) -> Self {
            let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
            unsafe { Self([vorrq_u8(a, e), vorrq_u8(b, f), vorrq_u8(c, g), vorrq_u8(d, h)]) }
        }

        #[inline(always)]
        fn fold(self) -> Self {
            let all = unsafe { vdupq_n_u8(0x20) };
            self.or(Self([all, all, all, all]))
        }

        #[inline(always)]
        fn bits(self) -> u64 {
            const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
            let Self([a, b, c, d]) = self;
            unsafe {
                let weights = vld1q_u8(WEIGHTS.as_ptr());
                let [a, b, c, d] =
                    [vandq_u8(a, weights), vandq_u8(b, weights), vandq_u8(c, weights), vandq_u8(d, weights)];
                // Adding neighbours three times leaves eight bytes, each with the bits of eight bytes.
                let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
                vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
            }
        }
    }
}
