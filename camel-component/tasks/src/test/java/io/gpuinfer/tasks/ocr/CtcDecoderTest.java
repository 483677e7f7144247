package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CtcDecoderTest {

  /** Classes: 0 blank, 1 a, 2 é, 3 语, 4 space. */
  private final CtcDecoder decoder =
      new CtcDecoder(ModelSource.of("keys.txt", "a\né\n语\n".getBytes(StandardCharsets.UTF_8)));

  @Test
  void shouldTakeRepeatsOnceAndLeaveOutBlanks() {
    assertThat(decoder.read(steps(0, 1, 1, 0, 1, 2, 2, 0, 4, 3), 0).text()).isEqualTo("aaé 语");
  }

  @Test
  void shouldScoreByTheMeanOfItsCharacters() {
    float[] values = new float[3 * 5];
    values[1] = 0.9f;
    values[5] = 1;
    values[12] = 0.7f;

    CtcDecoder.Reading reading = decoder.read(Tensor.of(values, 1, 3, 5), 0);

    assertThat(reading.text()).isEqualTo("aé");
    assertThat(reading.score()).isCloseTo(0.8, within(1e-6));
  }

  @Test
  void shouldReadEachLineOfABatch() {
    Tensor both = steps(1, 0, 2, 3).reshape(2, 2, 5);

    assertThat(decoder.read(both, 0).text()).isEqualTo("a");
    assertThat(decoder.read(both, 1).text()).isEqualTo("é语");
  }

  @Test
  void shouldReadNothingFromBlanks() {
    assertThat(decoder.read(steps(0, 0), 0)).isEqualTo(new CtcDecoder.Reading("", 0));
  }

  @Test
  void shouldRefuseKeysOfAnotherModelAndKeysThatAreNotThere() {
    assertThatThrownBy(() -> decoder.read(Tensor.of(new float[6], 1, 1, 6), 0))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("6 classes")
        .hasMessageContaining("5");
    ModelSource missing =
        new ModelSource(
            "gone.txt",
            () -> {
              throw new FileNotFoundException();
            });
    assertThatThrownBy(() -> new CtcDecoder(missing))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("gone.txt");
  }

  private static Tensor steps(int... classes) {
    float[] values = new float[classes.length * 5];
    for (int i = 0; i < classes.length; i++) {
      values[i * 5 + classes[i]] = 1;
    }
    return Tensor.of(values, 1, classes.length, 5);
  }
}
