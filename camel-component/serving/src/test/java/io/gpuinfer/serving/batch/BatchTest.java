package io.gpuinfer.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Padding;
import io.gpuinfer.serving.Priority;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchTest {

  /** Requests of one and of two rows, and what is to come of them: stacked, and stacked padded. */
  record Stacked(String type, Tensor one, Tensor two, Tensor whole, Tensor wider, Tensor padded) {
    @Override
    public String toString() {
      return type;
    }
  }

  static Stream<Stacked> types() {
    Stream<Stacked> wide =
        Stream.of(
            new Stacked(
                "float32",
                Tensor.of(new float[] {1, 2}, 1, 2),
                Tensor.of(new float[] {3, 4, 5, 6}, 2, 2),
                Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2),
                Tensor.of(new float[] {7, 8, 9}, 1, 3),
                Tensor.of(new float[] {1, 2, 0, 7, 8, 9}, 2, 3)),
            new Stacked(
                "float64",
                Tensor.wrap(new double[] {1, 2}, 1, 2),
                Tensor.wrap(new double[] {3, 4, 5, 6}, 2, 2),
                Tensor.wrap(new double[] {1, 2, 3, 4, 5, 6}, 3, 2),
                Tensor.wrap(new double[] {7, 8, 9}, 1, 3),
                Tensor.wrap(new double[] {1, 2, 0, 7, 8, 9}, 2, 3)),
            new Stacked(
                "int32",
                Tensor.of(new int[] {1, 2}, 1, 2),
                Tensor.of(new int[] {3, 4, 5, 6}, 2, 2),
                Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2),
                Tensor.of(new int[] {7, 8, 9}, 1, 3),
                Tensor.of(new int[] {1, 2, 0, 7, 8, 9}, 2, 3)),
            new Stacked(
                "int64",
                Tensor.of(new long[] {1, 2}, 1, 2),
                Tensor.of(new long[] {3, 4, 5, 6}, 2, 2),
                Tensor.of(new long[] {1, 2, 3, 4, 5, 6}, 3, 2),
                Tensor.of(new long[] {7, 8, 9}, 1, 3),
                Tensor.of(new long[] {1, 2, 0, 7, 8, 9}, 2, 3)));
    Stream<Stacked> halves =
        Stream.of(DataType.FLOAT16, DataType.BFLOAT16)
            .map(
                type ->
                    new Stacked(
                        type.name(),
                        Tensor.wrap(type, new short[] {1, 2}, 1, 2),
                        Tensor.wrap(type, new short[] {3, 4, 5, 6}, 2, 2),
                        Tensor.wrap(type, new short[] {1, 2, 3, 4, 5, 6}, 3, 2),
                        Tensor.wrap(type, new short[] {7, 8, 9}, 1, 3),
                        Tensor.wrap(type, new short[] {1, 2, 0, 7, 8, 9}, 2, 3)));
    Stream<Stacked> bytes =
        Stream.of(DataType.UINT8, DataType.INT8, DataType.BOOL)
            .map(
                type ->
                    new Stacked(
                        type.name(),
                        Tensor.wrap(type, new byte[] {1, 0}, 1, 2),
                        Tensor.wrap(type, new byte[] {1, 1, 0, 1}, 2, 2),
                        Tensor.wrap(type, new byte[] {1, 0, 1, 1, 0, 1}, 3, 2),
                        Tensor.wrap(type, new byte[] {1, 1, 1}, 1, 3),
                        Tensor.wrap(type, new byte[] {1, 0, 0, 1, 1, 1}, 2, 3)));
    return Stream.of(wide, halves, bytes).flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldStackInputsAndCutOutputsApart(Stacked type) {
    Batch batch = Jobs.batch(Jobs.part(type.one), Jobs.part(type.two));

    assertThat(batch.rows()).isEqualTo(3);
    assertThat(batch.inputs()).isEqualTo(Map.of("x", type.whole));
    assertThat(outputs(batch, type.whole)).containsExactly(type.one, type.two);
  }

  @ParameterizedTest
  @MethodSource("types")
  void shouldExtendShorterInputsByZeros(Stacked type) {
    Batch batch = Jobs.batch(padded(type.one), padded(type.wider));

    assertThat(batch.inputs()).isEqualTo(Map.of("x", type.padded));
    assertThat(batch.length()).isEqualTo(3);
  }

  @Test
  void shouldPadAnAxisWithinOthers() {
    Batch batch =
        Jobs.batch(
            padded(Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2)),
            padded(Tensor.of(new float[] {5, 6}, 1, 1, 2)));

    assertThat(batch.inputs())
        .isEqualTo(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 0, 0}, 2, 2, 2)));
  }

  @Test
  void shouldGiveASingleRequestItsInputsAndOutputsAsTheyAre() {
    Tensor x = Jobs.zeros(2, 3);
    Tensor odd = Jobs.zeros(7, 1);
    Batch batch = new Batch(Jobs.part(x));

    assertThat(batch.inputs().get("x")).isSameAs(x);
    assertThat(outputs(batch, odd)).containsExactly(odd);
  }

  @Test
  void shouldRefuseToShareOutputsWithoutARowForEachRow() {
    Batch batch = Jobs.batch(Jobs.part(Jobs.row(1)), Jobs.part(Jobs.row(1)));

    for (Tensor output : List.of(Jobs.zeros(3, 1), Tensor.wrap(new float[1]))) {
      assertThatThrownBy(() -> batch.split(Map.of("y", output)))
          .isInstanceOf(GpuInferException.class)
          .hasMessageContaining("maxBatchSize to 1");
    }
  }

  @Test
  void shouldHalveIntoAllOfItsRequests() {
    Part[] parts = new Part[5];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Jobs.part(Jobs.zeros(i + 1, 1));
    }

    List<Batch> halves = Jobs.batch(parts).halves();

    assertThat(halves.get(0).parts()).containsExactly(parts[0], parts[1]);
    assertThat(halves.get(1).parts()).containsExactly(parts[2], parts[3], parts[4]);
    assertThat(halves).extracting(Batch::rows).containsExactly(3, 12);
  }

  @Test
  void shouldRunUntilTheLatestDeadlineEvenAcrossTheOverflowOfTheClock() {
    long early = Long.MAX_VALUE - 5;
    long late = Long.MIN_VALUE + 5; // 10 ns later
    assertThat(deadline(early, late)).isEqualTo(late);
    assertThat(deadline(late, early)).isEqualTo(late);
    assertThat(deadline(early, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(deadline(Long.MAX_VALUE, early)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldCutALargeRequestIntoPartsThatAreAllOfIt() {
    Tensor x = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 5, 2);
    Job job = Jobs.job(x, Priority.NORMAL, Long.MAX_VALUE, 2);

    assertThat(job.parts().stream().map(part -> part.inputs().get("x")))
        .containsExactly(
            Tensor.of(new float[] {0, 1, 2, 3}, 2, 2),
            Tensor.of(new float[] {4, 5, 6, 7}, 2, 2),
            Tensor.of(new float[] {8, 9}, 1, 2));
    assertThat(Jobs.job(x, Priority.NORMAL, Long.MAX_VALUE, 1).parts())
        .as("a model without batches takes its rows as they are")
        .hasSize(1);
    assertThat(Jobs.job(x, Priority.NORMAL, Long.MAX_VALUE, 5).parts()).hasSize(1);
  }

  @Test
  void shouldPutTheAnswerTogetherInTheOrderOfTheRows() {
    Job job = Jobs.job(Jobs.zeros(3, 1), Priority.NORMAL, Long.MAX_VALUE, 2);
    Tensor first = Tensor.of(new float[] {1, 2}, 2, 1);
    Tensor second = Tensor.of(new float[] {3, 4}, 1, 2);

    assertThat(answered(job, 1, second)).isFalse();
    assertThat(answered(job, 0, first)).isTrue();

    assertThat(job.result("1").outputs())
        .containsEntry("y", Tensor.of(new float[] {1, 0, 2, 0, 3, 4}, 3, 2));
    assertThat(job.result("1").execution().passes()).isEqualTo(2);
  }

  private static boolean answered(Job job, int part, Tensor y) {
    return job.answered(job.parts().get(part), () -> Map.of("y", y), Jobs.execution(0), 1, 10);
  }

  private static long deadline(long one, long other) {
    return Jobs.batch(Jobs.part(Priority.HIGH, one), Jobs.part(Priority.HIGH, other))
        .options()
        .deadlineNanos();
  }

  private static Part padded(Tensor x) {
    return Jobs.part(Map.of("x", x), Optional.of(new Padding(1)));
  }

  private static List<Tensor> outputs(Batch batch, Tensor y) {
    return batch.split(Map.of("y", y)).stream()
        .map(Supplier::get)
        .map(out -> out.get("y"))
        .toList();
  }
}
