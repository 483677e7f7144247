package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.PassTime;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunProfile;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a session does with requests that are wrong, late, many at once, or met by a failure. */
class RunTest {

  private static final Agreement CLOSE = new Agreement(1e-4, 1e-4);
  private static final int WORDS = 11;

  private final OpenClEngine engine = new OpenClEngine();

  /** Rows of a table chosen by {@code ids}, added to a projection of {@code x}. */
  private static ModelBuilder tableModel() {
    RandomTensors random = new RandomTensors(1);
    ModelBuilder model = new ModelBuilder(13);
    String ids = model.input("ids", DataType.INT64, ModelBuilder.OPEN);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 3);
    String rows = model.node("Gather", model.constant(random.normal(WORDS, 5)), ids).value();
    String projected = model.node("MatMul", x, model.constant(random.normal(3, 5))).value();
    model.output(model.node("Add", projected, rows).value(), DataType.FLOAT32);
    return model;
  }

  private static Map<String, Tensor> request(long... ids) {
    return Map.of(
        "ids", Tensor.of(ids, ids.length), "x", new RandomTensors(2).normal(ids.length, 3));
  }

  /** Products one after another, which take many native calls. */
  private static ModelBuilder longModel() {
    ModelBuilder model = new ModelBuilder(13);
    String value = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 512);
    String weights = model.constant(new RandomTensors(3).uniform(-0.07f, 0.07f, 512, 512));
    for (int i = 0; i < 40; i++) {
      value = model.node("Tanh", model.node("MatMul", value, weights).value()).value();
    }
    model.output(value, DataType.FLOAT32);
    return model;
  }

  private static Map<String, Tensor> longRequest() {
    return Map.of("x", new RandomTensors(4).normal(200, 512));
  }

  private static LoadOptions on(DeviceClass kernels) {
    return LoadOptions.builder().deviceClass(kernels).build();
  }

  private static void answersRightly(
      InferenceSession session, ModelBuilder model, Map<String, Tensor> inputs) {
    Map<String, Tensor> expected = OnnxRuntimeOracle.answer(model.bytes(), inputs);

    assertThat(CLOSE.differences(expected, session.run(inputs))).isEmpty();
  }

  /**
   * @param what for the test's name
   * @param part what the message has to name
   */
  record Bad(String what, Map<String, Tensor> inputs, String part) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Bad> badRequests() {
    Tensor ids = Tensor.of(new long[] {1, 2}, 2);
    Tensor x = new RandomTensors(5).normal(2, 3);
    Map<String, Tensor> unknown = new HashMap<>(Map.of("ids", ids, "x", x));
    unknown.put("y", x);
    return List.of(
        new Bad("unknown name", unknown, "y"),
        new Bad("missing input", Map.of("ids", ids), "x"),
        new Bad("wrong rank", Map.of("ids", ids.reshape(2, 1), "x", x), "ids"),
        new Bad("wrong type", Map.of("ids", Tensor.of(new int[] {1, 2}, 2), "x", x), "INT32"),
        new Bad("wrong extent", Map.of("ids", ids, "x", x.reshape(3, 2)), "x"),
        new Bad("no elements", Map.of("ids", ids, "x", Tensor.of(new float[0], 0, 3)), "x"),
        new Bad("shapes that do not meet", Map.of("ids", Tensor.of(new long[3], 3), "x", x), "Add"),
        new Bad("64-bit id", Map.of("ids", Tensor.of(new long[] {1, 1L << 33}, 2), "x", x), "ids"),
        new Bad(
            "index beyond", Map.of("ids", Tensor.of(new long[] {0, WORDS}, 2), "x", x), "range"),
        new Bad("index before", Map.of("ids", Tensor.of(new long[] {-12, 0}, 2), "x", x), "range"));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void aBadRequestIsRefusedAndTheNextOneAnswered(Bad bad) {
    ModelBuilder model = tableModel();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      assertThatThrownBy(() -> session.run(bad.inputs()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(bad.part());

      answersRightly(session, model, request(0, 10, -11));
    }
  }

  @Test
  void anIndexOutOfRangeIsRefusedOnGpuKernelsToo() {
    ModelBuilder model = tableModel();
    try (InferenceSession session = engine.load(model.source(), on(DeviceClass.SIMT))) {
      assertThatThrownBy(() -> session.run(request(3, WORDS)))
          .isInstanceOf(InvalidInputException.class);

      answersRightly(session, model, request(0, 10, -11));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIndexOutOfRangeInTheLastNodeIsRefused(DeviceClass kernels) {
    ModelBuilder model = new ModelBuilder(13);
    String ids = model.input("ids", DataType.INT64, ModelBuilder.OPEN);
    String table = model.constant(new RandomTensors(7).normal(WORDS, 64));
    model.output(model.node("Gather", table, ids).value(), DataType.FLOAT32);
    long[] many = new long[20_000];
    many[many.length - 1] = WORDS;
    try (InferenceSession session = engine.load(model.source(), on(kernels))) {
      assertThatThrownBy(() -> session.run(Map.of("ids", Tensor.of(many, many.length))))
          .isInstanceOf(InvalidInputException.class);

      answersRightly(session, model, Map.of("ids", Tensor.of(new long[] {3, -1}, 2)));
    }
  }

  @Test
  void aDeadlineInThePastEndsTheRun() {
    ModelBuilder model = longModel();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      RunOptions late = RunOptions.deadline(System.nanoTime() - 1);

      assertThatThrownBy(() -> session.run(longRequest(), late))
          .isInstanceOf(DeadlineExceededException.class);

      answersRightly(session, model, longRequest());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeadlineThatPassesMidRunEndsIt(DeviceClass kernels) {
    ModelBuilder model = longModel();
    try (InferenceSession session = engine.load(model.source(), on(kernels))) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      AtomicInteger asked = new AtomicInteger();
      RunOptions options =
          new RunOptions(
              deadline,
              () -> {
                while (asked.get() == 1 && System.nanoTime() <= deadline) {
                  Thread.onSpinWait(); // the run is under way, and its time runs out here
                }
                asked.incrementAndGet();
                return false;
              });

      assertThatThrownBy(() -> session.run(longRequest(), options))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("deadline");

      assertThat(asked).hasValue(2);
      assertThat(session.describe().deviceShare()).isBetween(1e-6, 0.99);
      answersRightly(session, model, longRequest());
    }
  }

  @Test
  void deadlinesAtAnyMomentLeaveTheNextRunRight() {
    ModelBuilder model = longModel();
    Map<String, Tensor> inputs = longRequest();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      Map<String, Tensor> expected = OnnxRuntimeOracle.answer(model.bytes(), inputs);
      session.run(inputs);
      long start = System.nanoTime();
      session.run(inputs);
      long whole = System.nanoTime() - start;
      Random random = new Random(6);
      int late = 0;
      for (int i = 0; i < 30; i++) {
        try {
          long left = (long) (whole * (0.05 + 1.2 * random.nextDouble()));
          session.run(inputs, RunOptions.deadline(System.nanoTime() + left));
        } catch (DeadlineExceededException e) {
          late++;
        }
        assertThat(CLOSE.differences(expected, session.run(inputs))).isEmpty();
      }
      assertThat(late).isPositive();
    }
  }

  @Test
  void aCancelledRunStopsAndTheNextOneIsAnswered() {
    ModelBuilder model = longModel();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      AtomicInteger asked = new AtomicInteger();
      RunOptions options = new RunOptions(Long.MAX_VALUE, () -> asked.incrementAndGet() == 3);

      assertThatThrownBy(() -> session.run(longRequest(), options))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("cancelled");

      assertThat(asked).hasValue(3);
      answersRightly(session, model, longRequest());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailingDeviceIsReportedWithItsStatusAndRecovers(DeviceClass kernels) {
    ModelBuilder model = tableModel();
    FaultDrill drill = new FaultDrill();
    LoadOptions options = LoadOptions.builder().deviceClass(kernels).drill(drill).build();
    try (InferenceSession session = engine.load(model.source(), options)) {
      for (int i = 0; i < 3; i++) {
        drill.start();
        assertThatThrownBy(() -> session.run(request(1, 2)))
            .isInstanceOfSatisfying(
                DeviceOfflineException.class, e -> assertThat(e.status()).isEqualTo(-54));
        drill.stop();
        answersRightly(session, model, request(3, 4, 5));
      }
    }
  }

  @Test
  void aDeviceThatFailsAtLoadHoldsNothing() {
    FaultDrill drill = new FaultDrill();
    OpenClEngine small = new OpenClEngine(8L << 20);
    LoadOptions options = LoadOptions.builder().drill(drill).build();
    for (int i = 0; i < 10; i++) {
      drill.start();
      assertThatThrownBy(() -> small.load(longModel().source(), options))
          .isInstanceOf(DeviceOfflineException.class);
      drill.stop();
    }
    try (InferenceSession session = small.load(longModel().source(), options)) {
      answersRightly(session, longModel(), longRequest());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anObservedRunTellsOfEachPassAndAnswersTheSame(DeviceClass kernels) throws Exception {
    ModelBuilder model = longModel();
    Map<String, Tensor> inputs = longRequest();
    try (InferenceSession session = engine.load(model.source(), on(kernels))) {
      RunProfile profile = new RunProfile();
      Map<String, Tensor> expected = OnnxRuntimeOracle.answer(model.bytes(), inputs);

      assertThat(CLOSE.differences(expected, session.run(inputs, RunOptions.observed(profile))))
          .isEmpty();

      assertThat(profile.passes()).hasSize(session.describe().passes());
      assertThat(profile.passes()).allMatch(pass -> pass.nanos() > 0);
      assertThat(profile.passes().stream().mapToLong(PassTime::flops).sum())
          .isEqualTo(session.describe().flops());
      assertThat(profile.table())
          .contains("CONV", "GFLOP/s")
          .hasLineCount(profile.passes().size() + 2);
      JsonNode trace = new ObjectMapper().readTree(profile.trace()).get("traceEvents");
      assertThat(trace).hasSize(profile.passes().size());
      assertThat(trace.get(0).get("ts").asDouble()).isZero();
      assertThat(trace.get(1).get("ts").asDouble())
          .isGreaterThanOrEqualTo(trace.get(0).get("dur").asDouble());
    }
  }

  @Test
  void aClosedSessionRefusesToRun() {
    InferenceSession session = engine.load(tableModel().source(), LoadOptions.DEFAULT);
    session.close();
    session.close();

    assertThatThrownBy(() -> session.run(request(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void theDescriptionCountsWhatWasRun() {
    ModelBuilder model = longModel();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      session.run(longRequest());

      // Besides the products there is one activation for each result.
      long products = 40L * 2 * 200 * 512 * 512;
      assertThat(session.describe().flops()).isBetween(products, products + 40L * 200 * 512);
      assertThat(session.describe().weightBytes()).isBetween(1L << 20, 2L << 20);
      assertThat(session.describe().passes()).isBetween(40, 80);
      // Each product reads its weights and a value, and writes one; an activation apart does, too.
      long moved = 40L * 4 * (512 * 512 + 2 * 200 * 512);
      assertThat(session.describe().bytes()).isBetween(moved, moved + 40L * 4 * 2 * 200 * 512);
      assertThat(session.describe().arenaBytes()).isBetween(4L * 200 * 512, 4L * 4 * 200 * 512);
      assertThat(session.describe().deviceShare()).isEqualTo(1.0);
      assertThat(session.describe().compiles()).isPositive();
    }
  }

  @Test
  void theDescriptionTellsWhatEachPlanCosts() {
    try (InferenceSession session = engine.load(longModel().source(), LoadOptions.DEFAULT)) {
      session.run(Map.of("x", new RandomTensors(4).normal(100, 512)));
      session.run(longRequest());

      SessionDescription whole = session.describe();
      List<PlanDescription> plans = whole.plans();
      PlanDescription last = plans.get(plans.size() - 1);
      PlanDescription half = plans.get(plans.size() - 2);
      assertThat(last)
          .isEqualTo(
              new PlanDescription(
                  Map.of("x", List.of(200L, 512L)),
                  whole.passes(),
                  whole.flops(),
                  whole.bytes(),
                  whole.weightBytes(),
                  whole.arenaBytes()));
      assertThat(half.inputs()).isEqualTo(Map.of("x", List.of(100L, 512L)));
      assertThat(half.flops()).isEqualTo(last.flops() / 2);
      assertThat(half.bytes()).isBetween(last.bytes() / 2, last.bytes());
      assertThat(half.weightBytes()).isEqualTo(last.weightBytes());
      assertThat(half.arenaBytes()).isLessThan(last.arenaBytes());
    }
  }

  @Test
  void twoSessionsRunAtTheSameTime() throws Exception {
    ModelBuilder model = longModel();
    try (InferenceSession one = engine.load(model.source(), LoadOptions.DEFAULT);
        InferenceSession other = engine.load(model.source(), LoadOptions.DEFAULT)) {
      together(model, one, other);
    }
  }

  @Test
  void oneSessionIsCalledByManyThreads() throws Exception {
    ModelBuilder model = longModel();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      together(model, session, session, session, session);
    }
  }

  /** Buffers are given up at growth; a device that still wrote to them would harm the heap. */
  @ParameterizedTest
  @EnumSource
  void buffersThatGrowBetweenFailuresAndCollectionsChangeNoAnswer(DeviceClass kernels) {
    ModelBuilder model = tableModel();
    FaultDrill drill = new FaultDrill();
    LoadOptions options = LoadOptions.builder().deviceClass(kernels).drill(drill).build();
    List<long[]> witnesses = new ArrayList<>();
    try (InferenceSession session = engine.load(model.source(), options);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model.bytes())) {
      for (int length = 1; length < 500_000; length = length * 2 + 1) {
        drill.start();
        Map<String, Tensor> inputs = request(new long[length]);
        assertThatThrownBy(() -> session.run(inputs)).isInstanceOf(DeviceOfflineException.class);
        drill.stop();
        witnesses.add(new long[100_000]); // young, where a given-up buffer may have been
        System.gc();
        assertThat(CLOSE.differences(oracle.answer(inputs), session.run(inputs))).isEmpty();
      }
    }
    assertThat(witnesses).allSatisfy(zeros -> assertThat(zeros).containsOnly(0));
  }

  /** Each session answers requests of its own on a thread of its own. */
  private static void together(ModelBuilder model, InferenceSession... sessions) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(sessions.length);
    try {
      List<Callable<List<String>>> callers = new ArrayList<>();
      for (int i = 0; i < sessions.length; i++) {
        InferenceSession session = sessions[i];
        Map<String, Tensor> inputs = Map.of("x", new RandomTensors(i).normal(20L + 13L * i, 512));
        Map<String, Tensor> expected = OnnxRuntimeOracle.answer(model.bytes(), inputs);
        callers.add(
            () -> {
              List<String> differences = new ArrayList<>();
              for (int k = 0; k < 10; k++) {
                differences.addAll(CLOSE.differences(expected, session.run(inputs)));
              }
              return differences;
            });
      }
      for (Future<List<String>> differences : threads.invokeAll(callers)) {
        assertThat(differences.get()).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void garbageCollectionsDuringRunsChangeNoAnswer() throws Exception {
    ModelBuilder model = longModel();
    Map<String, Tensor> inputs = longRequest();
    Map<String, Tensor> expected = OnnxRuntimeOracle.answer(model.bytes(), inputs);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger collections = new AtomicInteger();
    ExecutorService allocator = Executors.newSingleThreadExecutor();
    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      allocator.execute(
          () -> {
            List<byte[]> young = new ArrayList<>();
            while (!done.get()) {
              young.add(new byte[100_000]);
              if (young.size() == 500) {
                young.clear();
                System.gc();
                collections.incrementAndGet();
              }
            }
          });
      for (int i = 0; i < 40 || (collections.get() < 3 && i < 4_000); i++) {
        assertThat(CLOSE.differences(expected, session.run(inputs))).isEmpty();
      }
      assertThat(collections.get()).isPositive();
    } finally {
      done.set(true);
      allocator.shutdown();
    }
  }

  @Test
  void threadsAreStoppedWhileThePlatformCompiles() throws Exception {
    assumeTrue(
        SignalChaining.isLoaded() || SignalGuard.holds(), "nothing keeps LLVM's handlers out");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService others = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < 3; i++) {
        others.execute(
            () -> {
              for (long n = 0; !done.get(); n++) {
                Math.floorMod(n * n, 7);
              }
            });
      }
      others.execute(
          () -> {
            while (!done.get()) {
              Thread.getAllStackTraces(); // stops them all
            }
          });
      Random random = new Random();
      String[] operators = {"Relu", "Abs", "Neg", "Exp", "Sigmoid", "Tanh", "Erf"};
      for (int i = 0; i < 3; i++) {
        ModelBuilder model = new ModelBuilder(13);
        String x = model.input("x", DataType.FLOAT32, 4, 16);
        for (int k = 0; k < 8; k++) { // a program that no cache has
          x = model.node(operators[random.nextInt(operators.length)], x).value();
        }
        model.output(x, DataType.FLOAT32);
        engine.load(model.source(), LoadOptions.DEFAULT).close();
      }
    } finally {
      done.set(true);
      others.shutdown();
    }
  }

  @Test
  void aPieceOfAConstantIsTheOneThatTheRequestAsksFor() {
    ModelBuilder model = new ModelBuilder(13);
    String start = model.input("start", DataType.INT64, 1);
    String end = model.node("Add", start, model.constant(2)).value();
    String table = model.constant(Tensor.of(new float[] {0, 1, 2, 3, 4}, 5));
    model.output(model.node("Slice", table, start, end).named("piece").value(), DataType.FLOAT32);

    try (InferenceSession session = engine.load(model.source(), LoadOptions.DEFAULT)) {
      for (long from : new long[] {0, 3, 1}) {
        Tensor piece =
            session
                .run(Map.of("start", Tensor.of(new long[] {from}, 1)))
                .values()
                .iterator()
                .next();
        assertThat(piece.toFloatArray()).containsExactly(from, from + 1);
      }
    }
  }
}
