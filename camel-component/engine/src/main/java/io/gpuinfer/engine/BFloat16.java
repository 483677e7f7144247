package io.gpuinfer.engine;

/** The upper half of a {@code float}: one bit of sign, eight of exponent, seven of fraction. */
public final class BFloat16 {

  private static final int DROPPED_BITS = 16;
  private static final int QUIET = 0x40;

  private BFloat16() {}

  /** The nearest number of the format; of two equally near ones, the one whose last bit is 0. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> DROPPED_BITS | QUIET);
    }
    int rounded = bits + (1 << (DROPPED_BITS - 1)) - 1 + (bits >> DROPPED_BITS & 1);
    return (short) (rounded >>> DROPPED_BITS);
  }

  /** The same number; every number of the format is a {@code float} too. */
  public static float toFloat(short value) {
    return Float.intBitsToFloat(value << DROPPED_BITS);
  }
}
