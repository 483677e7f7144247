package io.gpuinfer.engine;

/**
 * Half precision (IEEE 754 binary16) in the bits of a {@code short}: one bit of sign, five of
 * exponent, ten of fraction. JDK 17 has no conversions of its own.
 */
public final class Float16 {

  private static final int FRACTION_BITS = 10;

  /** Bits of a {@code float}'s fraction that a half does not have. */
  private static final int DROPPED_BITS = 23 - FRACTION_BITS;

  /** From an exponent of a half to that of a {@code float}, both as they are stored. */
  private static final int REBIAS = 127 - 15;

  private static final int INFINITY = 0x7c00;
  private static final int QUIET = 1 << (FRACTION_BITS - 1);

  /** The smallest half that is not subnormal: 2⁻¹⁴. */
  private static final float MIN_NORMAL = 0x1p-14f;

  /** From here on, a number is nearer to infinity than to the largest half, 65504. */
  private static final float OVERFLOW = 65520f;

  private Float16() {}

  /** The nearest half; of two equally near ones, the one whose last bit is 0. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float size = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | INFINITY | QUIET | (bits >>> DROPPED_BITS & (QUIET - 1)));
    } else if (size >= OVERFLOW) {
      return (short) (sign | INFINITY);
    } else if (size < MIN_NORMAL) { // subnormal halves are multiples of 2⁻²⁴; 2⁻¹⁴ is the next
      return (short) (sign | (int) Math.rint(size * 0x1p24));
    }
    int rounded = (bits & 0x7fffffff) + (1 << (DROPPED_BITS - 1)) - 1 + (bits >> DROPPED_BITS & 1);
    return (short) (sign | (rounded >> DROPPED_BITS) - (REBIAS << FRACTION_BITS));
  }

  /** The same number; every half is a {@code float} too. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int size = half & 0x7fff;
    if (size < 1 << FRACTION_BITS) { // zero or subnormal
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(size * 0x1p-24f));
    }
    int rebias = size < INFINITY ? REBIAS : 255 - 31;
    return Float.intBitsToFloat(sign | (size + (rebias << FRACTION_BITS)) << DROPPED_BITS);
  }
}
