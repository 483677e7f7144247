package io.gpuinfer.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class OnnxRuntimeSessionTest {

  private static final OnnxRuntimeEngine ENGINE = new OnnxRuntimeEngine();
  private static final int FLOAT = DataType.FLOAT32.onnx();

  private static InferenceSession miniLm;

  @BeforeAll
  static void load() {
    miniLm = ENGINE.load(MiniLm.SOURCE, LoadOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    miniLm.close();
  }

  static Stream<Tensor> tensorsOfEveryType() {
    return Stream.of(
        Tensor.of(new float[] {-1.5f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY}, 2, 2),
        Tensor.wrap(new double[] {-1.5, Math.PI, Double.MIN_VALUE}, 3),
        Tensor.wrap(DataType.FLOAT16, new short[] {0x3c00, 1, (short) 0xfc00}, 3),
        Tensor.wrap(DataType.BFLOAT16, new short[] {0x3f80, 1, (short) 0xff80}, 3),
        Tensor.of(new int[] {Integer.MIN_VALUE, 0, Integer.MAX_VALUE}, 3, 1),
        Tensor.of(new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}, 1, 3),
        Tensor.wrap(DataType.INT8, new byte[] {-128, 0, 127}, 3),
        Tensor.wrap(DataType.UINT8, new byte[] {0, 127, (byte) 255}, 3),
        Tensor.wrap(DataType.BOOL, new byte[] {1, 0, 1}, 3),
        Tensor.of(new float[] {7}),
        Tensor.of(new float[0], 0, 4),
        Tensor.wrap(DataType.BOOL, new byte[0], 0));
  }

  @ParameterizedTest
  @MethodSource("tensorsOfEveryType")
  void shouldCarryEveryTypeInAndOut(Tensor tensor) {
    long[] open = new long[tensor.rank()];
    Arrays.fill(open, -1);

    try (InferenceSession session = load("Identity", tensor.type().onnx(), open)) {
      assertThat(session.run(Map.of("x", tensor))).containsExactly(Map.entry("y", tensor));
    }
  }

  @Test
  void shouldRunLargerAndSmallerInputsInTurn() {
    try (InferenceSession session = load("Neg", FLOAT, -1)) {
      for (int length : new int[] {2, 5, 3, 0, 4}) {
        float[] values = new float[length];
        float[] negated = new float[length];
        for (int i = 0; i < length; i++) {
          values[i] = i + 1;
          negated[i] = -i - 1;
        }

        Map<String, Tensor> outputs = session.run(Map.of("x", Tensor.of(values, length)));

        assertThat(outputs).containsEntry("y", Tensor.of(negated, length));
      }
    }
  }

  @Test
  void shouldTellWhatARunExecuted() {
    long start = System.nanoTime();
    Execution execution =
        miniLm.execute(MiniLm.inputs(MiniLm.SENTENCE), RunOptions.NONE).execution();
    long whole = System.nanoTime() - start;

    assertThat(execution.device()).isEqualTo(miniLm.device());
    assertThat(execution.nodes()).isEqualTo(MiniLm.OPERATORS);
    assertThat(execution.executedNodes()).isEqualTo(MiniLm.OPERATORS);
    assertThat(execution.nodeShare()).isEqualTo(1.0);
    assertThat(execution.flops()).isZero();
    assertThat(execution.prepareNanos()).isZero();
    assertThat(execution.inputNanos()).isPositive();
    assertThat(execution.outputNanos()).isPositive();
    assertThat(execution.computeNanos()).isGreaterThan(execution.inputNanos());
    assertThat(execution.runNanos()).isBetween(whole / 3, whole);
  }

  @Test
  void shouldNameAMissingInput() {
    Map<String, Tensor> inputs =
        Map.of("input_ids", Tensor.of(new long[4], 1, 4), "token_type_ids", ids(1, 4));

    assertInvalid(miniLm, inputs, "Input \"attention_mask\" is missing")
        .withMessageContaining("attention_mask INT64[batch_size, sequence_length]");
  }

  @Test
  void shouldNameAnInputThatTheModelDoesNotHave() {
    assertInvalid(
        miniLm, Map.of("ids", ids(1, 4)), "Input \"ids\" is none of the model's; expected input_");
  }

  @Test
  void shouldSayWhichTypeAndShapeItExpected() {
    try (InferenceSession session = load("Abs", FLOAT, -1, 3)) {
      Tensor wrongType = Tensor.of(new int[3], 1, 3);
      Tensor wrongRank = Tensor.of(new float[3], 3);
      Tensor wrongExtent = Tensor.of(new float[4], 1, 4);

      assertInvalid(session, Map.of("x", wrongType), "expected FLOAT32[any, 3], got INT32[1, 3]");
      assertInvalid(session, Map.of("x", wrongRank), "expected FLOAT32[any, 3], got FLOAT32[3]");
      assertInvalid(
          session, Map.of("x", wrongExtent), "expected FLOAT32[any, 3], got FLOAT32[1, 4]");
    }
  }

  @Test
  void shouldRefuseTwoExtentsForOneDimension() {
    try (InferenceSession session =
        ENGINE.load(TinyModel.sumOfEqualLengths(), LoadOptions.DEFAULT)) {
      Map<String, Tensor> inputs =
          Map.of("a", Tensor.of(new float[2], 2), "b", Tensor.of(new float[3], 3));

      assertInvalid(session, inputs, "Input \"b\": expected length of 2 as in \"a\", got 3");
    }
  }

  @Test
  void shouldBlameTheInputsForWhatFailsInsideTheModel() {
    Map<String, Tensor> outOfVocabulary = MiniLm.inputs(101, 1L << 40, 102);
    Map<String, Tensor> tooLong = MiniLm.inputs(new long[600]);

    assertInvalid(miniLm, outOfVocabulary, "word_embeddings");
    assertInvalid(miniLm, tooLong, "embeddings");
    assertThat(miniLm.run(MiniLm.inputs(MiniLm.SENTENCE))).containsKey("last_hidden_state");
  }

  @Test
  void shouldNotStartARunWhoseDeadlineHasPassed() {
    RunOptions late = RunOptions.deadline(System.nanoTime() - 1);

    assertThatExceptionOfType(DeadlineExceededException.class)
        .isThrownBy(() -> miniLm.run(MiniLm.inputs(MiniLm.SENTENCE), late));
  }

  @Test
  void shouldStopARunWhenItsDeadlinePasses() {
    long start = System.nanoTime();
    RunOptions soon = RunOptions.deadline(start + Duration.ofMillis(100).toNanos());

    assertThatExceptionOfType(DeadlineExceededException.class)
        .isThrownBy(() -> miniLm.run(MiniLm.hugeInputs(), soon))
        .withMessageContaining("deadline");
    // The whole batch takes several times as long, on any number of cores that this is tested with.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(miniLm.run(MiniLm.inputs(MiniLm.SENTENCE))).containsKey("last_hidden_state");
  }

  @Test
  void shouldStopARunThatIsCancelled() {
    AtomicInteger asked = new AtomicInteger();
    RunOptions cancelledOnTheWay =
        new RunOptions(Long.MAX_VALUE, () -> asked.incrementAndGet() > 3);

    assertThatExceptionOfType(DeadlineExceededException.class)
        .isThrownBy(() -> miniLm.run(MiniLm.hugeInputs(), cancelledOnTheWay))
        .withMessageContaining("cancelled");
  }

  @Test
  void shouldNotWaitForAnotherRunBeyondTheDeadline() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean enough = new AtomicBoolean();
    RunOptions untilEnough =
        new RunOptions(
            Long.MAX_VALUE,
            () -> {
              running.countDown();
              return enough.get();
            });
    CompletableFuture<Map<String, Tensor>> other =
        CompletableFuture.supplyAsync(() -> miniLm.run(MiniLm.hugeInputs(), untilEnough));
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    RunOptions soon = RunOptions.deadline(System.nanoTime() + Duration.ofMillis(20).toNanos());

    assertThatExceptionOfType(DeadlineExceededException.class)
        .isThrownBy(() -> miniLm.run(MiniLm.inputs(MiniLm.SENTENCE), soon))
        .withMessageContaining("another run");

    enough.set(true);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(other::join)
        .withCauseInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void shouldServeCallersOnSeveralThreadsOneAfterTheOther() {
    Tensor alone = miniLm.run(MiniLm.inputs(MiniLm.SENTENCE)).get("last_hidden_state");
    List<CompletableFuture<Tensor>> callers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      callers.add(
          CompletableFuture.supplyAsync(
              () -> miniLm.run(MiniLm.inputs(MiniLm.SENTENCE)).get("last_hidden_state")));
    }

    assertThat(callers).allSatisfy(caller -> assertThat(caller.join()).isEqualTo(alone));
  }

  @Test
  void shouldFailClearlyOnceClosed() {
    InferenceSession session = load("Abs", FLOAT, 1);
    session.close();
    session.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> session.run(Map.of("x", Tensor.of(new float[1], 1))))
        .withMessage("The session of 'tiny.onnx' is closed");
  }

  @Test
  void shouldCloseAtOnceAndLetARunInProgressFinish() throws InterruptedException {
    InferenceSession session = ENGINE.load(MiniLm.SOURCE, LoadOptions.DEFAULT);
    CountDownLatch running = new CountDownLatch(1);
    RunOptions tellingWhenItRuns =
        new RunOptions(
            Long.MAX_VALUE,
            () -> {
              running.countDown();
              return false;
            });
    CompletableFuture<Map<String, Tensor>> run =
        CompletableFuture.supplyAsync(
            () -> session.run(MiniLm.inputs(32, 256, new long[32 * 256]), tellingWhenItRuns));
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(session.describe().weightBytes()).isPositive();
    session.close();

    assertThat(run).isNotDone();
    assertThatIllegalStateException().isThrownBy(() -> session.run(MiniLm.inputs(MiniLm.SENTENCE)));
    assertThat(run)
        .succeedsWithin(Duration.ofSeconds(50))
        .satisfies(outputs -> assertThat(outputs).hasSize(1));
  }

  private static InferenceSession load(String op, int elementType, long... shape) {
    return ENGINE.load(TinyModel.unary(op, elementType, shape), LoadOptions.DEFAULT);
  }

  private static Tensor ids(long... shape) {
    return Tensor.of(new long[Tensor.sizeOf(shape)], shape);
  }

  private static ThrowableAssertAlternative<InvalidInputException> assertInvalid(
      InferenceSession session, Map<String, Tensor> inputs, String message) {
    return assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> session.run(inputs))
        .withMessageContaining(message);
  }
}
