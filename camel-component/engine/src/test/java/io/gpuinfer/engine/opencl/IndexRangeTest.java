package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An index of a request that is out of range ends the run, whatever the operator. */
class IndexRangeTest {

  /** A node over {@code x[1, 2, 4, 6]}, the indices and other operands from the model. */
  private static Arguments node(
      String name, long[] shape, BiFunction<ModelBuilder, String, ModelBuilder.Node> node) {
    return arguments(name, shape, node);
  }

  static Stream<Arguments> nodesOnBothClasses() {
    return Stream.of(
            node(
                "GatherElements",
                new long[] {1, 2, 3, 6},
                (m, i) -> axis(m.node("GatherElements", "x", i))),
            node("GatherND", new long[] {5, 4}, (m, i) -> m.node("GatherND", "x", i)),
            node(
                "ScatterElements",
                new long[] {1, 2, 3, 6},
                (m, i) -> axis(m.node("ScatterElements", "x", i, weights(m, 1, 2, 3, 6)))),
            node(
                "ScatterND",
                new long[] {5, 4},
                (m, i) -> m.node("ScatterND", "x", i, weights(m, 5))),
            node(
                "MaxUnpool",
                new long[] {1, 2, 4, 6},
                (m, i) -> m.node("MaxUnpool", "x", i).withAll("kernel_shape", 1, 1)),
            node(
                "RoiAlign", new long[] {3}, (m, i) -> m.node("RoiAlign", "x", weights(m, 3, 4), i)))
        .flatMap(
            one ->
                Arrays.stream(DeviceClass.values())
                    .map(c -> arguments(one.get()[0], one.get()[1], one.get()[2], c)));
  }

  private static ModelBuilder.Node axis(ModelBuilder.Node node) {
    return node.with("axis", 2);
  }

  private static String weights(ModelBuilder model, long... shape) {
    return model.constant(new RandomTensors(3).normal(shape));
  }

  @ParameterizedTest(name = "{0} on {3}")
  @MethodSource("nodesOnBothClasses")
  void anIndexOutOfRangeIsRefused(
      String name,
      long[] shape,
      BiFunction<ModelBuilder, String, ModelBuilder.Node> node,
      DeviceClass kernels) {
    ModelBuilder model = new ModelBuilder(16);
    model.input("x", DataType.FLOAT32, 1, 2, 4, 6);
    String indices = model.input("indices", DataType.INT64, shape);
    model.output(node.apply(model, indices).value(), DataType.FLOAT32);
    LoadOptions options = LoadOptions.builder().deviceClass(kernels).build();
    try (InferenceSession session = new OpenClEngine().load(model.source(), options)) {
      for (long wrong : new long[] {1 << 20, -(1 << 20), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        long[] values = new long[Tensor.sizeOf(shape)];
        values[values.length - 1] = wrong;
        Map<String, Tensor> request =
            Map.of(
                "x", new RandomTensors(5).normal(1, 2, 4, 6), "indices", Tensor.of(values, shape));

        assertThatThrownBy(() -> session.run(request)).isInstanceOf(InvalidInputException.class);
      }
    }
  }
}
