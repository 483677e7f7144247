package io.gpuinfer.tasks.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFormatTest {

  private static final long LIMIT = 1 << 20;

  @ParameterizedTest
  @CsvSource({"f2,FLOAT16", "f4,FLOAT32", "f8,FLOAT64"})
  void shouldReadFloatsInEitherOrderOfBytes(String code, DataType type) {
    Tensor expected =
        Tensor.rounded(type, new float[] {0.5f, 1.5f, -1.5f, 3.5f, 100.5f, -4.5f}, 2, 3);

    assertThat(read(code + "-little.npy")).isEqualTo(expected);
    assertThat(read(code + "-big.npy")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "i1,INT8,-5", "i2,INT32,-5", "i4,INT32,-5", "i8,INT64,-5",
    "u1,UINT8,255", "u2,INT32,65535", "u4,INT64,4294967295", "u8,INT64,9223372036854775807"
  })
  void shouldReadWholeNumbersInEitherOrderOfBytes(String code, DataType type, long last) {
    long third = code.startsWith("u") ? 2 : -2;
    for (String order :
        code.endsWith("1") ? new String[] {"little"} : new String[] {"little", "big"}) {
      Tensor tensor = read(code + "-" + order + ".npy");

      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.shape()).containsExactly(2, 3);
      assertThat(tensor.toLongArray()).containsExactly(0, 1, third, 3, 100, last);
    }
  }

  @Test
  void shouldReadBooleans() {
    assertThat(read("bool.npy"))
        .isEqualTo(Tensor.wrap(DataType.BOOL, new byte[] {1, 0, 1, 0, 0, 1}, 2, 3));
  }

  @Test
  void shouldReadRowsAndColumnsAsRows() {
    float[] values = new float[24];
    IntStream.range(0, 24).forEach(i -> values[i] = i);

    assertThat(read("rows.npy")).isEqualTo(Tensor.of(values, 2, 3, 4));
    assertThat(read("columns.npy")).isEqualTo(Tensor.of(values, 2, 3, 4));
    assertThat(read("columns-big.npy").toFloat32()).isEqualTo(Tensor.of(values, 2, 3, 4));
  }

  @Test
  void shouldReadScalarsVectorsAndEmptyArrays() {
    assertThat(read("scalar.npy")).isEqualTo(Tensor.of(new float[] {7.5f}));
    assertThat(read("vector.npy")).isEqualTo(Tensor.of(new long[] {0, 1, 2, 3, 4}, 5));
    assertThat(read("empty.npy")).isEqualTo(Tensor.of(new float[0], 0, 3));
    assertThat(read("special.npy"))
        .isEqualTo(
            Tensor.of(
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f}, 4));
  }

  @Test
  void shouldReadTheLaterVersionsOfTheFormat() {
    float[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

    assertThat(read("version-2.npy")).isEqualTo(Tensor.of(values, 3, 4));
    assertThat(read("version-3.npy")).isEqualTo(Tensor.of(values, 3, 4));
  }

  /** NumPy's own files, byte for byte. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f2-little",
        "f4-little",
        "f8-little",
        "i1-little",
        "i4-little",
        "i8-little",
        "u1-little",
        "bool",
        "rows",
        "scalar",
        "vector",
        "empty",
        "special"
      })
  void shouldWriteWhatNumpyWrites(String name) {
    assertThat(NpyFormat.write(read(name + ".npy"))).isEqualTo(NumpyFile.read(name + ".npy"));
  }

  @Test
  void shouldWriteATypeThatNumpyHasNotAsAWiderOne() {
    Tensor brain = Tensor.rounded(DataType.BFLOAT16, new float[] {1.5f, -3}, 2);

    assertThat(NpyFormat.read(NpyFormat.write(brain), LIMIT))
        .isEqualTo(Tensor.of(new float[] {1.5f, -3}, 2));
  }

  @Test
  void shouldReadWhatIsLargerThanAChunk() {
    float[] values = new float[100_003];
    Arrays.setAll(new double[values.length], i -> values[i] = i * 0.5f);
    Tensor large = Tensor.of(values, values.length);

    assertThat(NpyFormat.read(NpyFormat.write(large), LIMIT)).isEqualTo(large);
  }

  @ParameterizedTest
  @CsvSource({
    "object,pickled",
    "text,<U2",
    "complex,c16",
    "structure,structured",
    "large,9223372036854775808"
  })
  void shouldRefuseWhatIsNoTensor(String name, String saying) {
    assertThatThrownBy(() -> read("refused-" + name + ".npy"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(saying.startsWith("<") ? saying.substring(1) : saying);
  }

  @Test
  void shouldRefuseAFileThatIsCutAnywhere() {
    byte[] file = NumpyFile.read("f4-little.npy");
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> NpyFormat.read(cut, LIMIT))
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> NpyFormat.read(Arrays.copyOf(file, file.length + 1), LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("follow");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
        "{'descr': '', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': True}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os')}"
      })
  void shouldRefuseHeadersThatMakeNoSense(String dictionary) {
    assertThatThrownBy(() -> NpyFormat.read(withHeader(dictionary), LIMIT))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void shouldRefuseWhatIsOverALimitBeforeItIsRead() {
    assertThatThrownBy(() -> NpyFormat.read(NumpyFile.read("rows.npy"), 24 * 4 - 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("limits.maxTensorBytes");
    assertThatThrownBy(() -> NpyFormat.read(withHeader(" ".repeat(10_001)), LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("10001 bytes");
    String axes = "1,".repeat(65);
    assertThatThrownBy(
            () ->
                NpyFormat.read(
                    withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (" + axes + ")}"),
                    LIMIT))
        .isInstanceOf(InvalidInputException.class);
  }

  private static Tensor read(String name) {
    return NpyFormat.read(NumpyFile.read(name), LIMIT);
  }

  private static byte[] withHeader(String dictionary) {
    byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.write(text.length & 0xff);
    file.write(text.length >> 8);
    file.writeBytes(text);
    file.writeBytes(new byte[4]);
    return file.toByteArray();
  }
}
