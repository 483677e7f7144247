package io.gpuinfer.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.RandomTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedAnswersTest {

  @TempDir private Path folder;

  @Test
  void shouldFindEqualAnswersEqual() throws IOException {
    assertThat(error(random(3, 5), random(3, 5))).isZero();
    assertThat(error(random(300, 500), random(300, 500))).isZero();
  }

  @Test
  void shouldFindOneWrongElementOfASmallOutput() throws IOException {
    Tensor wrong = Tensor.of(new float[] {1, 2, 3.5f, 4}, 4);

    assertThat(error(wrong, Tensor.of(new float[] {1, 2, 4, 4}, 4))).isCloseTo(0.125, within(1e-6));
  }

  @Test
  void shouldFindAWrongTileOfALargeOutput() throws IOException {
    float[] values = new float[1024 * 1024];
    random(1024, 1024).floats().get(values);
    for (int row = 512; row < 576; row++) {
      Arrays.fill(values, row * 1024 + 960, row * 1024 + 1024, 0);
    }

    assertThat(error(Tensor.of(values, 1024, 1024), random(1024, 1024))).isGreaterThan(0.5);
  }

  @Test
  void shouldNotAcceptAnotherShapeOrAMissingOutput() throws IOException {
    assertThat(error(random(5, 3), random(3, 5))).isInfinite();
    Path file = folder.resolve("missing.bin");
    ExpectedAnswers.write(file, Map.of("y", random(2), "z", random(2)));
    assertThat(ExpectedAnswers.error(file, Map.of("y", random(2)))).isInfinite();
  }

  private double error(Tensor ours, Tensor theirs) throws IOException {
    Path file = folder.resolve("answers.bin");
    ExpectedAnswers.write(file, Map.of("y", theirs));
    return ExpectedAnswers.error(file, Map.of("y", ours));
  }

  private static Tensor random(long... shape) {
    return new RandomTensors(1).normal(shape);
  }
}
