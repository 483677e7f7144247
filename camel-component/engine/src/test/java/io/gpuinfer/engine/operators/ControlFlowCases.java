package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BOOL;
import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT64;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.stream.Stream;

/** Branches and loops whose bodies also read values from around them. */
final class ControlFlowCases {

  private ControlFlowCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(branches(), loops(), scans());
  }

  private static OperatorFamily branches() {
    OperatorFamily f = new OperatorFamily("branches", 17);
    String x = f.x(3, 5);
    for (byte truth = 0; truth < 2; truth++) {
      Tensor condition = Tensor.wrap(BOOL, new byte[] {truth}, 1);
      f.check(branch(f, f.data(condition), x));
      f.check(branch(f, f.constant(condition), x));
    }
    // Computed in the run: both branches are, and one is chosen.
    String sum = f.op("ReduceSum", x).with("keepdims", 0).value();
    f.check(branch(f, f.op("Greater", sum, f.constant(Tensor.of(new float[] {0}))).value(), x));
    f.check(branch(f, f.op("Less", sum, f.constant(Tensor.of(new float[] {0}))).value(), x));
    return f;
  }

  private static ModelBuilder.Node branch(OperatorFamily f, String condition, String x) {
    ModelBuilder then = f.body();
    then.output(then.node("Add", x, then.constant(Tensor.of(new float[] {1}))).value(), FLOAT32);
    ModelBuilder otherwise = f.body();
    otherwise.output(otherwise.node("Neg", x).value(), FLOAT32);
    return f.op("If", condition).with("then_branch", then).with("else_branch", otherwise);
  }

  private static OperatorFamily loops() {
    OperatorFamily f = new OperatorFamily("loops", 17);
    String x = f.x(3, 5);
    String yes = f.constant(Tensor.wrap(BOOL, new byte[] {1}));
    f.checkAll(loop(f, f.constant(Tensor.of(new long[] {4})), yes, x, 99), 2, FLOAT32);
    f.checkAll(loop(f, f.data(Tensor.of(new long[] {3})), "", x, 99), 2, FLOAT32);
    f.checkAll(loop(f, "", yes, x, 2), 2, FLOAT32); // until its body has had enough
    String never = f.data(Tensor.wrap(BOOL, new byte[] {0}));
    ModelBuilder body = f.body();
    counters(body);
    body.output(body.node("Neg", body.input("never", FLOAT32, 3, 5)).value(), FLOAT32);
    f.check(f.op("Loop", "", never, x).with("body", body));
    return f;
  }

  /** Adds its own round to the state, until after a given one, and collects what it doubled. */
  private static ModelBuilder.Node loop(
      OperatorFamily f, String rounds, String condition, String x, long last) {
    ModelBuilder body = f.body();
    String round = body.input("round" + last + rounds, INT64);
    body.input("going" + last + rounds, BOOL);
    String state = body.input("state" + last + rounds, FLOAT32, 3, 5);
    body.output(
        body.node("Less", round, body.constant(Tensor.of(new long[] {last}))).value(), BOOL);
    String real = body.node("Cast", round).with("to", FLOAT32.onnx()).value();
    body.output(body.node("Add", body.node("Add", state, real).value(), x).value(), FLOAT32);
    body.output(body.node("Add", state, state).value(), FLOAT32);
    return f.op("Loop", rounds, condition, x).with("body", body);
  }

  private static void counters(ModelBuilder body) {
    body.input("count", INT64);
    body.output(body.node("Identity", body.input("again", BOOL)).value(), BOOL);
  }

  private static OperatorFamily scans() {
    OperatorFamily f = new OperatorFamily("scans", 17);
    String x = f.x(4, 3);
    f.checkAll(scan(f, "a", f.x(3), x), 2, FLOAT32);
    f.checkAll(scan(f, "b", f.x(3), x).withAll("scan_input_directions", 1), 2, FLOAT32);
    f.checkAll(scan(f, "c", f.x(3), x).withAll("scan_output_directions", 1), 2, FLOAT32);
    f.checkAll(
        scan(f, "d", f.x(3), f.weights(3, 4))
            .withAll("scan_input_axes", 1)
            .withAll("scan_output_axes", 1),
        2,
        FLOAT32);
    return f;
  }

  private static ModelBuilder.Node scan(OperatorFamily f, String name, String first, String all) {
    ModelBuilder body = f.body();
    String state = body.input("sum" + name, FLOAT32, 3);
    String element = body.input("element" + name, FLOAT32, 3);
    String sum = body.node("Add", state, element).value();
    body.output(sum, FLOAT32);
    body.output(body.node("Mul", sum, element).value(), FLOAT32);
    return f.op("Scan", first, all).with("num_scan_inputs", 1).with("body", body);
  }
}
