package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import io.gpuinfer.engine.testing.SeededWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that share memory give the same bits as values that do not, and need far less of it. */
class MemoryReuseTest {

  private static final double MOST_OF_LARGEST_LIVE = 1.2;

  private static void check(byte[] model, DeviceClass kernels, List<Map<String, Tensor>> requests) {
    LoadOptions.Builder options = LoadOptions.builder().deviceClass(kernels);
    ModelSource source = ModelSource.of("model.onnx", model);
    OpenClEngine engine = new OpenClEngine();
    try (InferenceSession sharing = engine.load(source, options.build());
        InferenceSession apart = engine.load(source, options.memoryReuse(false).build())) {
      for (Map<String, Tensor> request : requests) {
        assertThat(sharing.run(request)).isEqualTo(apart.run(request));
        Plan plan = ((OpenClSession) sharing).currentPlan();
        assertThat((double) plan.arenaElements())
            .isLessThanOrEqualTo(MOST_OF_LARGEST_LIVE * plan.largestLive());
        assertThat(plan.arenaElements())
            .isLessThan(((OpenClSession) apart).currentPlan().arenaElements() / 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void miniLm(DeviceClass kernels) {
    check(
        RealModels.bytes(RealModels.MINI_LM),
        kernels,
        List.of(RealModels.texts(1, 9), RealModels.texts(3, 32)));
  }

  @ParameterizedTest
  @EnumSource
  void textDetection(DeviceClass kernels) {
    check(
        RealModels.bytes(RealModels.DETECTION),
        kernels,
        List.of(Map.of("x", RealModels.picture(1, 64, 96))));
  }

  @Test
  void textRecognition() {
    check(
        RealModels.bytes(RealModels.RECOGNITION),
        DeviceClass.SIMD,
        List.of(
            Map.of("x", RealModels.picture(1, 48, 160)),
            Map.of("x", RealModels.picture(3, 48, 96))));
  }

  @Test
  void textDirection() {
    check(
        RealModels.bytes(RealModels.DIRECTION),
        DeviceClass.SIMD,
        List.of(Map.of("x", RealModels.picture(2, 48, 192))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"squeezenet", "resnet50"})
  void lightModel(String name) {
    Optional<byte[]> graph = RealModels.light(name);
    assumeTrue(
        graph.isPresent(),
        "The graph of " + name + " is not here; name its folder by -Dmodels.light");
    byte[] model = SeededWeights.fill(graph.get(), 1);
    String input = name.equals("resnet50") ? "gpu_0/data_0" : "data_0";
    check(
        model,
        DeviceClass.SIMD,
        List.of(Map.of(input, new RandomTensors(5).normal(1, 3, 224, 224))));
  }
}
