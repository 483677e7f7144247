package io.gpuinfer.tasks.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFormatTest {

  private static final long LIMIT = 1 << 20;
  private static final Tensor X = Tensor.of(new float[] {0, 1, 2, 4, 5, 6}, 2, 3);
  private static final Tensor MASK = Tensor.wrap(DataType.BOOL, new byte[] {1, 0}, 2);

  @ParameterizedTest
  @ValueSource(strings = {"plain.npz", "compressed.npz"})
  void shouldReadWhatNumpyWrites(String name) {
    byte[] file = NumpyFile.read(name);

    assertThat(NpzFormat.recognises(file)).isTrue();
    assertThat(NpzFormat.read(file, LIMIT))
        .containsExactly(Map.entry("x", X), Map.entry("mask", MASK));
  }

  @Test
  void shouldWriteEntriesAsNumpyDoes() throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("x", X);
    arrays.put("mask", MASK);

    byte[] file = NpzFormat.write(arrays);

    assertThat(NpzFormat.recognises(file)).isTrue();
    assertThat(inflated(file)).isEqualTo(inflated(NumpyFile.read("plain.npz")));
    assertThat(NpzFormat.write(arrays)).isEqualTo(file);
  }

  @Test
  void shouldRefuseObjectsAndSayInWhichArray() throws IOException {
    byte[] file = zip(Map.of("x.npy", NumpyFile.read("refused-object.npy")));

    assertThatThrownBy(() -> NpzFormat.read(file, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Array 'x'")
        .hasMessageContaining("pickled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.txt", "x", "folder/", "../../etc/passwd"})
  void shouldRefuseEntriesThatAreNoArrays(String name) throws IOException {
    byte[] file = zip(Map.of(name, NpyFormat.write(X)));

    assertThatThrownBy(() -> NpzFormat.read(file, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(name);
  }

  /** A name with the parts of a path is a name like another. */
  @Test
  void shouldTakeNamesForNothingButNames() throws IOException {
    byte[] file = zip(Map.of("../../etc/passwd.npy", NpyFormat.write(X)));

    assertThat(NpzFormat.read(file, LIMIT)).containsExactly(Map.entry("../../etc/passwd", X));
  }

  @Test
  void shouldRefuseASecondArrayOfTheSameName() throws IOException {
    byte[] one = zip(Map.of("a.npy", NpyFormat.write(X), "b.npy", NpyFormat.write(X)));
    // Both places of the name: before the data, and in the directory at the end.
    for (int i = 0; i + 4 < one.length; i++) {
      if (one[i] == 'b' && one[i + 1] == '.' && one[i + 2] == 'n') {
        one[i] = 'a';
      }
    }

    assertThatThrownBy(() -> NpzFormat.read(one, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("two arrays");
  }

  @Test
  void shouldRefuseMoreArraysThanAModelHasInputs() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < 257; i++) {
      entries.put(i + ".npy", NpyFormat.write(Tensor.of(new float[0], 0)));
    }
    byte[] file = zip(entries);

    assertThatThrownBy(() -> NpzFormat.read(file, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("more than 256");
  }

  /** 8 MiB of zeros in 8 kB: the limit holds for what is inflated, and all arrays together. */
  @Test
  void shouldNotInflateWhatIsOverTheLimit() throws IOException {
    byte[] zeros = NpyFormat.write(Tensor.of(new float[2 << 20], 2 << 20));
    byte[] bomb = zip(Map.of("x.npy", zeros));
    byte[] half = NpyFormat.write(Tensor.of(new float[160_000], 160_000));
    byte[] halves = zip(Map.of("x.npy", half, "y.npy", half));

    assertThat(bomb).hasSizeLessThan(10_000);
    assertThatThrownBy(() -> NpzFormat.read(bomb, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("limits.maxTensorBytes");
    assertThatThrownBy(() -> NpzFormat.read(halves, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("limits.maxTensorBytes");
  }

  /** A header of one element, and then zeros without end: they are not inflated to be skipped. */
  @Test
  void shouldNotInflateWhatFollowsAnArray() throws IOException {
    byte[] one = NpyFormat.write(Tensor.of(new float[1], 1));
    byte[] file = zip(Map.of("x.npy", Arrays.copyOf(one, 4 << 20)));

    assertThatThrownBy(() -> NpzFormat.read(file, LIMIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("More bytes follow");
  }

  @Test
  void shouldRefuseDamagedArchives() throws IOException {
    byte[] file = NumpyFile.read("compressed.npz");
    byte[] flipped = file.clone();
    flipped[60] ^= 0x55;

    assertThatThrownBy(() -> NpzFormat.read(Arrays.copyOf(file, 100), LIMIT))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> NpzFormat.read(flipped, LIMIT))
        .isInstanceOf(InvalidInputException.class);
    assertThat(NpzFormat.recognises(new byte[] {'P', 'K'})).isFalse();
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file.toByteArray();
  }

  private static Map<String, String> inflated(byte[] file) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), Arrays.toString(zip.readAllBytes()));
      }
    }
    return entries;
  }
}
