package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.Opcode;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images of bytes become what the model reads in one pass, which gives what all steps would. */
class ImageFusionTest {

  private static final Agreement UNFUSED = new Agreement(1e-4, 1e-3);

  private final ModelBuilder model = new ModelBuilder(18);
  private Map<String, Tensor> inputs = Map.of();

  private String levels(long... shape) {
    String image = model.input("image", DataType.UINT8, shape);
    inputs = Map.of("image", new RandomTensors(1).bytes(DataType.UINT8, 0, 256, shape));
    return model.node("Cast", image).with("to", DataType.FLOAT32.onnx()).value();
  }

  private String transposed(String value, long... perm) {
    return model.node("Transpose", value).withAll("perm", perm).value();
  }

  private String planes(long... shape) {
    return transposed(levels(shape), 0, 3, 1, 2);
  }

  private String reversed(String value) {
    String minusOne = model.constant(-1);
    return model
        .node("Slice", value, minusOne, model.constant(-4), model.constant(1), minusOne)
        .value();
  }

  private String resized(String value, long axis, long size, String mode, boolean antialias) {
    return model
        .node("Resize", value, "", "", model.constant(size))
        .withAll("axes", axis)
        .with("mode", mode)
        .with("antialias", antialias ? 1 : 0)
        .with("exclude_outside", antialias ? 1 : 0)
        .value();
  }

  private String constant(float value) {
    return model.constant(Tensor.of(new float[] {value}));
  }

  private String normalised(String value) {
    String factor = model.constant(Tensor.of(new float[] {0.1f, 0.2f, 0.3f}, 1, 3, 1, 1));
    String shift = model.constant(Tensor.of(new float[] {4, 5, 6}, 3, 1, 1));
    String scaled = model.node("Mul", value, factor).value();
    return model.node("Sub", scaled, shift).value();
  }

  /** The passes of the plan with fusions, whose outputs are those without. */
  private List<Opcode> passes(DeviceClass kernels, String... outputs) {
    for (String output : outputs) {
      model.output(output, DataType.FLOAT32);
    }
    try (OpenClSession fused = load(kernels, true);
        OpenClSession unfused = load(kernels, false)) {
      assertThat(UNFUSED.differences(unfused.run(inputs), fused.run(inputs))).isEmpty();
      return fused.currentPlan().passes().stream().map(Plan.Pass::kernel).toList();
    }
  }

  private OpenClSession load(DeviceClass kernels, boolean fusion) {
    return (OpenClSession)
        new OpenClEngine()
            .load(
                model.source(), LoadOptions.builder().deviceClass(kernels).fusion(fusion).build());
  }

  @ParameterizedTest
  @EnumSource
  void reducedCroppedAndNormalised(DeviceClass kernels) {
    String down = resized(reversed(planes(1, 61, 397, 3)), 2, 20, "linear", true);
    String across = resized(down, 3, 150, "linear", true);
    String cropped =
        model
            .node(
                "Slice",
                across,
                model.constant(3, 7),
                model.constant(18, 141),
                model.constant(2, 3))
            .value();

    assertThat(passes(kernels, normalised(cropped))).containsExactly(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void enlargedByCurvesPaddedAndChannelsLast(DeviceClass kernels) {
    String down = resized(planes(1, 13, 37, 3), 2, 29, "cubic", true);
    String across = resized(down, 3, 70, "cubic", true);
    String clipped = model.node("Clip", across, constant(0), constant(255)).value();
    String padded =
        model.node("Pad", clipped, model.constant(0, 0, 2, 5, 0, 0, 1, 20), constant(114)).value();

    assertThat(passes(kernels, transposed(normalised(padded), 0, 2, 3, 1)))
        .containsExactly(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void paddedPlanesByTwoElementsOfEachAxis(DeviceClass kernels) {
    String down = resized(planes(1, 30, 64, 3), 2, 10, "linear", false);
    String across = resized(down, 3, 33, "linear", false);
    String padded =
        model.node("Pad", across, model.constant(0, 0, 4, 3, 0, 0, 0, 2), constant(7)).value();

    assertThat(passes(kernels, padded)).containsExactly(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void alongOneAxis(DeviceClass kernels) {
    assertThat(passes(kernels, resized(planes(1, 9, 20, 3), 3, 7, "linear", true)))
        .containsExactly(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void alongTheOtherAxis(DeviceClass kernels) {
    assertThat(passes(kernels, resized(planes(1, 9, 20, 3), 2, 7, "linear", true)))
        .containsExactly(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadByOthersTooIsComputedAsWritten(DeviceClass kernels) {
    String planes = planes(1, 9, 20, 3);
    String down = resized(planes, 2, 7, "linear", true);

    assertThat(passes(kernels, planes, down, resized(down, 3, 5, "linear", true)))
        .doesNotContain(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void otherFunctionsThanNormalisationFollow(DeviceClass kernels) {
    String down = resized(planes(1, 9, 20, 3), 2, 7, "linear", true);
    String factor = model.constant(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7}, 7, 1));

    assertThat(passes(kernels, model.node("Mul", down, factor).value()))
        .containsExactly(Opcode.RESAMPLE_IMAGE, Opcode.ELEMENTWISE);
  }

  @ParameterizedTest
  @EnumSource
  void severalImages(DeviceClass kernels) {
    assertThat(passes(kernels, resized(planes(2, 9, 20, 3), 2, 7, "linear", true)))
        .doesNotContain(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void anotherNumberOfChannels(DeviceClass kernels) {
    assertThat(passes(kernels, resized(planes(1, 9, 20, 4), 2, 7, "linear", true)))
        .doesNotContain(Opcode.RESAMPLE_IMAGE);
  }

  @ParameterizedTest
  @EnumSource
  void rowsAndColumnsExchanged(DeviceClass kernels) {
    String turned = transposed(levels(1, 9, 9, 3), 0, 3, 2, 1);

    assertThat(passes(kernels, resized(turned, 2, 7, "linear", true)))
        .doesNotContain(Opcode.RESAMPLE_IMAGE);
  }
}
