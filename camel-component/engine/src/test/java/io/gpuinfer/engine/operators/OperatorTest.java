package io.gpuinfer.engine.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gpuinfer.engine.DeviceClass;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator answers what ONNX Runtime answers, on both classes of kernels. */
class OperatorTest {

  static Stream<OperatorFamily> families() {
    return Stream.of(
            ElementwiseCases.families(),
            MovementCases.families(),
            ShapeCases.families(),
            MatrixCases.families(),
            WindowCases.families(),
            ReductionCases.families(),
            SamplingCases.families(),
            IndexCases.families(),
            RecurrentCases.families(),
            LayoutCases.families(),
            NarrowTypeCases.families(),
            QuantizationCases.families(),
            ActivationCases.families(),
            NormalizationCases.families(),
            PatternCases.families(),
            ControlFlowCases.families(),
            TransformerCases.families())
        .flatMap(families -> families);
  }

  static Stream<Arguments> familiesOnBothClasses() {
    return families()
        .flatMap(family -> Arrays.stream(DeviceClass.values()).map(c -> arguments(family, c)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("familiesOnBothClasses")
  void answersWhatOnnxRuntimeAnswers(OperatorFamily family, DeviceClass kernels) {
    assertThat(family.differences(kernels)).isEmpty();
  }

  @Test
  void noOperatorIsLeftOut() {
    Set<String> covered = new TreeSet<>();
    families().forEach(family -> covered.addAll(family.operators()));

    assertThat(covered).containsAll(Operators.names());
  }
}
