package io.gpuinfer.tasks.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.onnxruntime.OnnxRuntimeEngine;
import io.gpuinfer.serving.capacity.Roofline;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ModelInspectorTest {

  private static final Roofline PEAKS = new Roofline(1e12, 1e12);

  /** The model's 22,713,216 without the pooler of 384 × 384 and 384, which the export lacks. */
  private static final long PARAMETERS = 22_713_216 - 384 * 384 - 384;

  private static Inspection minilm;

  @BeforeAll
  static void inspect() {
    minilm =
        inspector(new OpenClEngine()).inspect(Devices.minilm(Map.of("pooling", "cls")), Map.of());
  }

  private static ModelInspector inspector(OpenClEngine opencl) {
    return new ModelInspector(opencl, new OnnxRuntimeEngine(), device -> Optional.of(PEAKS));
  }

  @Test
  void shouldTellTaskFileAndParts() {
    assertThat(minilm.task()).isEqualTo(TaskType.EMBEDDING);
    assertThat(minilm.models()).hasSize(1);
    ModelFinding model = minilm.models().get(0);
    assertThat(model.opsets()).isEqualTo(Map.of("", 11));
    assertThat(model.inputs()).hasSize(3);
    assertThat(model.parameters()).isBetween(PARAMETERS, PARAMETERS + 1000);
    assertThat(model.operators())
        .allMatch(OperatorFinding::onDevice)
        .filteredOn(operator -> operator.name().equals("Softmax"))
        .singleElement()
        .extracting(OperatorFinding::nodes)
        .isEqualTo(6);
    assertThat(model.remarks()).isEmpty();
  }

  /**
   * Of a text of 128 tokens, in each of six layers: four products by 384 × 384, two by 384 × 1536,
   * and two of 128 × 128 × 384 in the attention. What is added pointwise is a few percent.
   */
  @Test
  void shouldCountTheWorkOfAUsualText() {
    long products = 6L * 2 * 128 * (4 * 384 * 384 + 2 * 384 * 1536 + 2 * 128 * 384);

    for (DeviceFinding device : minilm.models().get(0).devices()) {
      assertThat(device.runs()).as(device.reason()).isTrue();
      if (device.cost() != null) {
        assertThat(device.cost().inputs()).containsEntry("input_ids", List.of(1L, 128L));
        assertThat((double) device.cost().flops() / products).isBetween(1.0, 1.1);
        assertThat(device.neededBytes()).isBetween(4 * PARAMETERS, 6 * PARAMETERS);
        assertThat(device.leastMillis())
            .isCloseTo(Math.max(device.cost().flops(), device.cost().bytes()) / 1e9, within(1e-9));
      }
    }
    assertThat(minilm.runsSomewhere()).isTrue();
  }

  @Test
  void shouldShowWhereSettingsCameFrom() {
    assertThat(minilm.settings())
        .contains(new SettingFinding("pooling", List.of("cls"), "set by the program"))
        .contains(new SettingFinding("normalize", List.of("true"), "default"));
  }

  @Test
  void shouldSayThatTheMemoryIsTooSmall() {
    OpenClEngine small = new OpenClEngine(50L << 20);
    assumeFalse(small.devices().isEmpty(), "no OpenCL device");

    Inspection inspection = inspector(small).inspect(Devices.minilm(Map.of()), Map.of());

    DeviceFinding first = inspection.models().get(0).devices().get(0);
    assertThat(first.runs()).isFalse();
    assertThat(first.reason())
        .containsPattern("needs \\d+ MiB of memory, of which there are 50 MiB");
    assertThat(inspection.runsOn(first.device())).isFalse();
    assertThat(inspection.runsSomewhere()).as("on the host").isTrue();
  }

  @Test
  void shouldInspectAllModelsOfATask() {
    Inspection ppocr = inspector(new OpenClEngine()).inspect(Devices.ppocr(Map.of()), Map.of());

    assertThat(ppocr.models())
        .extracting(ModelFinding::role)
        .containsExactly("detection", "direction", "recognition");
    assertThat(ppocr.runsSomewhere()).isTrue();
    DeviceFinding detection = ppocr.models().get(0).devices().get(0);
    if (detection.cost() != null) {
      assertThat(detection.cost().inputs().values()).containsExactly(List.of(1L, 3L, 640L, 640L));
    }
  }
}
