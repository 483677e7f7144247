package io.gpuinfer.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.testing.HostPlan;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import io.gpuinfer.engine.testing.SeededWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The memory that real models get for intermediates, beside what they need at once. */
class ArenaSizeTest {

  private static final double MOST_OF_LARGEST_LIVE = 1.2;

  private static void isTight(byte[] model, DeviceClass kernels, Map<String, Tensor> inputs) {
    Graph graph = OnnxReader.read(ModelSource.of("model.onnx", model));
    Target target = HostPlan.target(kernels);
    Program program = HostPlan.program(graph, inputs);

    Plan plan = HostPlan.plan(graph, program, target);

    long live = LiveSets.largest(program, target);
    assertThat(plan.largestLive()).isEqualTo(live);
    assertThat(plan.arenaElements())
        .isGreaterThanOrEqualTo(live)
        .isLessThanOrEqualTo((long) (MOST_OF_LARGEST_LIVE * live));
  }

  @ParameterizedTest
  @EnumSource
  void ofMiniLm(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.MINI_LM);
    for (int[] shape : List.of(of(1, 1), of(1, 8), of(3, 16), of(8, 33), of(8, 128), of(1, 512))) {
      isTight(model, kernels, RealModels.texts(shape[0], shape[1]));
    }
  }

  private static int[] of(int batch, int length) {
    return new int[] {batch, length};
  }

  @ParameterizedTest
  @EnumSource
  void ofAQuantisedModel(DeviceClass kernels) {
    isTight(RealModels.bytes(RealModels.BGE_SMALL_QUANTISED), kernels, RealModels.texts(2, 33));
  }

  @ParameterizedTest
  @CsvSource({
    RealModels.DETECTION + ", 1, 64, 96",
    RealModels.DETECTION + ", 1, 160, 128",
    RealModels.DETECTION + ", 1, 736, 736",
    RealModels.RECOGNITION + ", 1, 48, 160",
    RealModels.RECOGNITION + ", 6, 48, 320",
    RealModels.DIRECTION + ", 1, 48, 192",
    RealModels.DIRECTION + ", 6, 48, 192"
  })
  void ofTextInPictures(String model, int batch, int height, int width) {
    byte[] bytes = RealModels.bytes(model);
    for (DeviceClass kernels : DeviceClass.values()) {
      isTight(bytes, kernels, Map.of("x", RealModels.picture(batch, height, width)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "squeezenet, data_0",
    "resnet50, gpu_0/data_0",
    "shufflenet, gpu_0/data_0",
    "inception_v1, data_0",
    "densenet121, data_0"
  })
  void ofLightModels(String name, String input) {
    Optional<byte[]> graph = RealModels.light(name);
    assumeTrue(
        graph.isPresent(),
        "The graph of " + name + " is not here; name its folder by -Dmodels.light");
    byte[] model = SeededWeights.fill(graph.get(), 1);
    for (DeviceClass kernels : DeviceClass.values()) {
      isTight(model, kernels, Map.of(input, new RandomTensors(5).normal(1, 3, 224, 224)));
    }
  }
}
