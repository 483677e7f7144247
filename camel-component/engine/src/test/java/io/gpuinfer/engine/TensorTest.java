package io.gpuinfer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorTest {

  /** Two tensors of one row and of two, and both stacked. */
  static Stream<List<Tensor>> types() {
    Stream<List<Tensor>> halves =
        Stream.of(DataType.FLOAT16, DataType.BFLOAT16)
            .map(
                type ->
                    List.of(
                        Tensor.wrap(type, new short[] {1, 2}, 1, 2),
                        Tensor.wrap(type, new short[] {3, 4, 5, 6}, 2, 2),
                        Tensor.wrap(type, new short[] {1, 2, 3, 4, 5, 6}, 3, 2)));
    Stream<List<Tensor>> bytes =
        Stream.of(DataType.UINT8, DataType.INT8, DataType.BOOL)
            .map(
                type ->
                    List.of(
                        Tensor.wrap(type, new byte[] {1, 0}, 1, 2),
                        Tensor.wrap(type, new byte[] {0, 1, 1, 0}, 2, 2),
                        Tensor.wrap(type, new byte[] {1, 0, 0, 1, 1, 0}, 3, 2)));
    Stream<List<Tensor>> others =
        Stream.of(
            List.of(
                Tensor.of(new float[] {1, 2}, 1, 2),
                Tensor.of(new float[] {3, 4, 5, 6}, 2, 2),
                Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)),
            List.of(
                Tensor.wrap(new double[] {1, 2}, 1, 2),
                Tensor.wrap(new double[] {3, 4, 5, 6}, 2, 2),
                Tensor.wrap(new double[] {1, 2, 3, 4, 5, 6}, 3, 2)),
            List.of(
                Tensor.of(new int[] {1, 2}, 1, 2),
                Tensor.of(new int[] {3, 4, 5, 6}, 2, 2),
                Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2)),
            List.of(
                Tensor.of(new long[] {1, 2}, 1, 2),
                Tensor.of(new long[] {3, 4, 5, 6}, 2, 2),
                Tensor.of(new long[] {1, 2, 3, 4, 5, 6}, 3, 2)));
    return Stream.of(halves, bytes, others).flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldStackAndCutApartAgain(List<Tensor> tensors) {
    Tensor whole = Tensor.stack(tensors.subList(0, 2), 3, 2);

    assertThat(whole).isEqualTo(tensors.get(2));
    assertThat(whole.part(0, 1, 2)).isEqualTo(tensors.get(0));
    assertThat(whole.part(2, 2, 2)).isEqualTo(tensors.get(1));
  }

  @Test
  void shouldStackVectors() {
    assertThat(Tensor.stack(List.of(Tensor.of(new int[] {1}, 1), Tensor.of(new int[] {2}, 1)), 2))
        .isEqualTo(Tensor.of(new int[] {1, 2}, 2));
  }

  @Test
  void shouldExtendTheLastAxisByZeros() {
    assertThat(
            Tensor.stack(
                List.of(Tensor.of(new int[] {1, 2, 3, 4}, 2, 2), Tensor.of(new int[] {5}, 1, 1)),
                3,
                3))
        .isEqualTo(Tensor.of(new int[] {1, 2, 0, 3, 4, 0, 5, 0, 0}, 3, 3));
  }

  @Test
  void shouldExtendAMiddleAxisByZeros() {
    assertThat(
            Tensor.stack(
                List.of(
                    Tensor.of(new int[] {1, 2, 3, 4}, 1, 2, 2),
                    Tensor.of(new int[] {5, 6}, 1, 1, 2)),
                2,
                2,
                2))
        .isEqualTo(Tensor.of(new int[] {1, 2, 3, 4, 5, 6, 0, 0}, 2, 2, 2));
  }

  @Test
  void shouldExtendSeveralAxesByZeros() {
    Tensor small = Tensor.of(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    Tensor large = Tensor.of(new int[] {9, 9, 9, 9, 9, 9, 9, 9, 9}, 1, 3, 3);

    assertThat(Tensor.stack(List.of(small, large), 3, 3, 3))
        .isEqualTo(
            Tensor.of(
                new int[] {
                  1, 2, 0, 3, 4, 0, 0, 0, 0, //
                  5, 6, 0, 7, 8, 0, 0, 0, 0, //
                  9, 9, 9, 9, 9, 9, 9, 9, 9
                },
                3,
                3,
                3));
  }

  @Test
  void shouldStackWhatHasNoElements() {
    assertThat(
            Tensor.stack(
                List.of(Tensor.of(new int[0], 1, 0), Tensor.of(new int[] {1}, 1, 1)), 2, 1))
        .isEqualTo(Tensor.of(new int[] {0, 1}, 2, 1));
    assertThat(Tensor.stack(List.of(Tensor.of(new int[0], 0, 2)), 0, 2).size()).isZero();
  }

  @Test
  void shouldRefuseToCutBeyondTheEnd() {
    assertThatThrownBy(() -> Tensor.of(new int[] {1, 2}, 2).part(1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
