package io.gpuinfer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversions between {@code float} and the two floating-point types of two bytes. */
class HalfPrecisionTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "-0, 8000",
    "1, 3c00",
    "-2, c000",
    "65504, 7bff",
    "65519.996, 7bff",
    "65520, 7c00", // half way to 2^16, which is even
    "-1e30, fc00",
    "Infinity, 7c00",
    "-Infinity, fc00",
    "0x1p-14, 0400", // the smallest normal one
    "0x1.ff8p-15, 03ff", // the largest subnormal one
    "0x1.ffcp-15, 0400", // half way between the two
    "0x1p-24, 0001",
    "0x1p-25, 0000", // half way to zero
    "0x1.000002p-25, 0001",
    "0x1.8p-24, 0002", // half way, and 1 is odd
    "0x1.002p0, 3c00", // half way, and 1 is even
    "0x1.006p0, 3c02", // half way, and the lower one is odd
    "0x1.002002p0, 3c01",
    "0x1.ffep0, 4000", // carries into the exponent
    "1.4e-45, 0000"
  })
  void aFloatBecomesTheNearestHalf(String number, String bits) {
    assertThat(Integer.toHexString(0x10000 | (Float16.of(Float.parseFloat(number)) & 0xffff)))
        .isEqualTo("1" + bits);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "-0, 8000",
    "1, 3f80",
    "-2.5, c020",
    "0x1.01p0, 3f80", // half way, and 1 is even
    "0x1.03p0, 3f82", // half way, and the lower one is odd
    "0x1.010002p0, 3f81",
    "3.4028235e38, 7f80", // nearer to infinity than to the largest one
    "-Infinity, ff80",
    "1.4e-45, 0000",
    "0x1p-133, 0001" // the smallest subnormal one
  })
  void aFloatBecomesTheNearestBfloat(String number, String bits) {
    assertThat(Integer.toHexString(0x10000 | (BFloat16.of(Float.parseFloat(number)) & 0xffff)))
        .isEqualTo("1" + bits);
  }

  @Test
  void everyHalfIsTheNumberThatItsBitsTellAndComesBack() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float value = Float16.toFloat((short) bits);
      int exponent = bits >> 10 & 31;
      if (exponent == 31) {
        assertThat(Float.isNaN(value)).isEqualTo((bits & 1023) != 0);
        assertThat(Float.isNaN(value) || Float.isInfinite(value)).isTrue();
      } else {
        int fraction = (bits & 1023) + (exponent == 0 ? 0 : 1024);
        double number = fraction * Math.pow(2, Math.max(exponent, 1) - 25);
        assertThat(value).isEqualTo((float) ((bits & 0x8000) == 0 ? number : -number));
      }
      if (!Float.isNaN(value)) {
        assertThat(Float16.of(value)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void whatLiesBetweenTwoHalvesGoesToTheNearer() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      double low = Float16.toFloat((short) bits);
      double high = Float16.toFloat((short) (bits + 1));
      float middle = (float) ((low + high) / 2); // exact: a float has the bits to spare
      assertThat(Float16.of(middle)).isEqualTo((short) (bits + (bits & 1)));
      assertThat(Float16.of(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Float16.of(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @Test
  void noNumberStaysNoNumberOfItsSign() {
    float quiet = Float.intBitsToFloat(0x7fc00000);
    float loud = Float.intBitsToFloat(0xff800001); // its bits are all in the part that is dropped
    for (float value : new float[] {quiet, loud}) {
      short half = Float16.of(value);
      short bfloat = BFloat16.of(value);
      assertThat(Float16.toFloat(half)).isNaN();
      assertThat(BFloat16.toFloat(bfloat)).isNaN();
      assertThat(half < 0).isEqualTo(Float.floatToRawIntBits(value) < 0);
      assertThat(bfloat < 0).isEqualTo(Float.floatToRawIntBits(value) < 0);
    }
  }

  @Test
  void tensorsOfHalvesTellTheirNumbers() {
    Tensor halves = Tensor.rounded(DataType.FLOAT16, new float[] {1.5f, -3, 1e-8f, 1e9f}, 2, 2);

    assertThat(halves.type()).isEqualTo(DataType.FLOAT16);
    assertThat(halves.toFloat32())
        .isEqualTo(Tensor.of(new float[] {1.5f, -3, 0, Float.POSITIVE_INFINITY}, 2, 2));
    assertThat(halves.longAt(1)).isEqualTo(-3);
    assertThat(halves).isEqualTo(Tensor.wrap(DataType.FLOAT16, bits(halves), 2, 2));
    assertThat(BigDecimal.valueOf(halves.doubleAt(0))).isEqualTo("1.5");
  }

  @Test
  void aPartOfATensorHasItsType() {
    Tensor rows = Tensor.rounded(DataType.FLOAT16, new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

    assertThat(rows.part(2, 1, 2))
        .isEqualTo(Tensor.rounded(DataType.FLOAT16, new float[] {3, 4}, 1, 2));
  }

  private static short[] bits(Tensor tensor) {
    short[] bits = new short[tensor.size()];
    tensor.shorts().get(bits);
    return bits;
  }
}
