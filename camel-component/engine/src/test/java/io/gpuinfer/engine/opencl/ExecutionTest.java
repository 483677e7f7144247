package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.PassTime;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunProfile;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run says of itself is what it did. */
class ExecutionTest {

  private static final OpenClEngine ENGINE = new OpenClEngine();

  private static Execution run(ModelBuilder model, Map<String, Tensor> inputs) {
    try (InferenceSession session = ENGINE.load(model.source(), LoadOptions.DEFAULT)) {
      return session.execute(inputs, RunOptions.NONE).execution();
    }
  }

  private static int nodes(ModelBuilder model, Map<String, Tensor> inputs) {
    Execution execution = run(model, inputs);
    assertThat(execution.executedNodes()).isEqualTo(execution.nodes());
    assertThat(execution.nodeShare()).isEqualTo(1.0);
    return execution.nodes();
  }

  /** An input {@code x} of {@code [any, 8]} and a request for it. */
  private static String input(ModelBuilder model) {
    return model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 8);
  }

  private static Map<String, Tensor> request() {
    return Map.of("x", new RandomTensors(1).normal(6, 8));
  }

  /** Products of 400 rows one after another, which take many native calls. */
  private static ModelBuilder products(int count) {
    ModelBuilder model = new ModelBuilder(13);
    String value = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 256);
    String weights = model.constant(new RandomTensors(3).uniform(-0.1f, 0.1f, 256, 256));
    for (int i = 0; i < count; i++) {
      value = model.node("Tanh", model.node("MatMul", value, weights).value()).value();
    }
    model.output(value, DataType.FLOAT32);
    return model;
  }

  @Test
  void everyOperatorCountsOnceHoweverManyOfThemAPassDoes() {
    ModelBuilder model = new ModelBuilder(13);
    String product =
        model
            .node("MatMul", input(model), model.constant(new RandomTensors(2).normal(8, 8)))
            .value();
    String sum = model.node("Add", product, model.constant(new RandomTensors(3).normal(8))).value();
    model.output(model.node("Relu", sum).value(), DataType.FLOAT32);

    Execution execution = run(model, request());

    assertThat(execution.nodes()).isEqualTo(3);
    assertThat(execution.executedNodes()).isEqualTo(3);
    assertThat(execution.passes()).isLessThan(3);
    assertThat(execution.flops()).isBetween(2L * 6 * 8 * 8, 2L * 6 * 8 * 8 + 10 * 6 * 8);
    assertThat(execution.executedFlops()).isEqualTo(execution.flops());
    // The product reads 48 values and 64 weights and writes 48; 8 more are added.
    assertThat(execution.bytes()).isBetween(4L * (48 + 64 + 48), 4L * (48 + 64 + 48 + 200));
  }

  @Test
  void anOperatorThatTakesTwoPassesCountsOnce() {
    ModelBuilder model = new ModelBuilder(13);
    String padded = model.node("Pad", input(model), model.constant(1, 1, 1, 1)).value();
    model.output(padded, DataType.FLOAT32);

    Execution execution = run(model, request());

    assertThat(execution.passes()).isEqualTo(2);
    assertThat(execution.nodes()).isEqualTo(1);
    assertThat(execution.executedNodes()).isEqualTo(1);
  }

  @Test
  void anOperatorInALoopCountsOnce() {
    ModelBuilder model = new ModelBuilder(13);
    String x = input(model);
    ModelBuilder body = model.body();
    body.input("round", DataType.INT64);
    body.input("again", DataType.BOOL);
    body.input("state", DataType.FLOAT32, ModelBuilder.OPEN, 8);
    body.output("again", DataType.BOOL);
    body.output(body.node("Softmax", "state").value(), DataType.FLOAT32);
    String rounds = model.constant(5);
    model.output(model.node("Loop", rounds, "", x).with("body", body).value(), DataType.FLOAT32);

    Execution execution = run(model, request());

    assertThat(execution.passes()).isGreaterThanOrEqualTo(5);
    assertThat(execution.nodes()).isEqualTo(1);
  }

  @Test
  void whatConstantsAndShapesDecideIsNotCounted() {
    ModelBuilder model = new ModelBuilder(13);
    String x = input(model);
    String shape = model.node("Shape", x).value();
    String doubled = model.node("Mul", shape, model.constant(1, 1)).value();
    String folded = model.node("Exp", model.constant(new RandomTensors(2).normal(8))).value();
    String reshaped = model.node("Reshape", x, doubled).value();
    model.output(model.node("Add", reshaped, folded).value(), DataType.FLOAT32);

    assertThat(nodes(model, request())).isEqualTo(1);
  }

  @Test
  void anInputThatIsHandedOutIsNoOperator() {
    ModelBuilder model = new ModelBuilder(13);
    model.output(model.node("Identity", input(model)).value(), DataType.FLOAT32);

    Execution execution = run(model, request());

    assertThat(execution.passes()).isPositive();
    assertThat(execution.nodes()).isZero();
    assertThat(execution.nodeShare()).isEqualTo(1.0);
  }

  @ParameterizedTest
  @EnumSource
  void fusionsLoseNoOperatorOfMiniLm(DeviceClass kernels) {
    ModelSource source = ModelSource.of("minilm", RealModels.bytes(RealModels.MINI_LM));
    LoadOptions.Builder options = LoadOptions.builder().deviceClass(kernels);
    Map<String, Tensor> inputs = RealModels.texts(2, 16);
    try (InferenceSession fused = ENGINE.load(source, options.build());
        InferenceSession unfused = ENGINE.load(source, options.fusion(false).build())) {
      Execution few = fused.execute(inputs, RunOptions.NONE).execution();
      Execution many = unfused.execute(inputs, RunOptions.NONE).execution();

      assertThat(few.passes()).isEqualTo(fused.describe().passes()).isLessThan(many.passes());
      assertThat(few.nodes()).isEqualTo(many.nodes()).isBetween(200, 350);
      assertThat(few.executedNodes()).isEqualTo(few.nodes());
      assertThat(few.flops()).isEqualTo(fused.describe().flops());
      assertThat(few.bytes()).isEqualTo(fused.describe().bytes());
      assertThat(few.device()).isEqualTo(fused.device());
    }
  }

  @Test
  void whatIsCountedFollowsThePassesThatRan() {
    try (OpenClSession session =
        (OpenClSession) ENGINE.load(products(5).source(), LoadOptions.DEFAULT)) {
      Plan plan = session.currentPlan();
      int passes = plan.passes().size();
      RunTally tally = new RunTally();
      tally.ran(plan.passes(), 5);
      tally.restart();

      for (int ran = 0; ran <= passes; ran++) {
        Execution execution = tally.execution(session.device(), plan);
        List<Plan.Pass> done = plan.passes().subList(0, ran);
        Set<String> names = new HashSet<>();
        done.forEach(pass -> names.addAll(pass.origins()));
        assertThat(execution.nodes()).isEqualTo(10);
        assertThat(execution.executedNodes()).isEqualTo(names.size());
        assertThat(execution.passes()).isEqualTo(ran);
        assertThat(execution.executedFlops())
            .isEqualTo(done.stream().mapToLong(Plan.Pass::flops).sum());
        assertThat(execution.computeNanos()).isEqualTo(5 + 7L * ran);
        if (ran < passes) {
          tally.ran(plan.passes().subList(ran, ran + 1), 7);
        }
      }
    }
  }

  @Test
  void theTimeOfPassesIsThatOfTheirCalls() {
    Map<String, Tensor> inputs = Map.of("x", new RandomTensors(4).normal(400, 256));
    try (InferenceSession session = ENGINE.load(products(20).source(), LoadOptions.DEFAULT)) {
      RunProfile profile = new RunProfile();

      Execution execution = session.execute(inputs, RunOptions.observed(profile)).execution();

      assertThat(execution.computeNanos())
          .isEqualTo(profile.passes().stream().mapToLong(PassTime::nanos).sum());
    }
  }

  @Test
  void thePartsOfARunAddUp() {
    Map<String, Tensor> inputs = Map.of("x", new RandomTensors(4).normal(4000, 256));
    try (InferenceSession session = ENGINE.load(products(10).source(), LoadOptions.DEFAULT)) {
      Execution first = session.execute(inputs, RunOptions.NONE).execution();
      long start = System.nanoTime();
      RunResult result = session.execute(inputs, RunOptions.NONE);
      long whole = System.nanoTime() - start;
      Execution again = result.execution();

      // Three megabytes of inputs and of outputs are copied, which takes a tenth of a millisecond.
      assertThat(again.inputNanos()).isGreaterThan(20_000L);
      assertThat(again.outputNanos()).isGreaterThan(20_000L);
      assertThat(again.prepareNanos() + again.runNanos()).isBetween(whole / 2, whole);
      assertThat(again.runNanos())
          .isEqualTo(again.inputNanos() + again.computeNanos() + again.outputNanos());
      // A plan was made and buffers grew; what follows finds both.
      long least = again.prepareNanos();
      for (int i = 0; i < 5; i++) {
        Execution next = session.execute(inputs, RunOptions.NONE).execution();
        least = Math.min(least, next.prepareNanos());
      }
      assertThat(first.prepareNanos()).isGreaterThan(5 * least);
    }
  }
}
