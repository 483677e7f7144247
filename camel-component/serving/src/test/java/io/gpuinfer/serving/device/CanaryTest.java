package io.gpuinfer.serving.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.FakeSession;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {

  private static final long MILLI = 1_000_000;

  private final FakeSession session = new FakeSession();
  private final AtomicLong clock = new AtomicLong();

  @Test
  void shouldPassWhileTheAnswerIsTheStoredOne() {
    Canary canary = canary();
    clock.set(0);
    session.behaviour =
        (inputs, bounds) -> {
          clock.addAndGet(7);
          return Map.of("y", inputs.get("x"));
        };

    assertThat(canary.check(session)).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.01f, 1f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY})
  void shouldFindAnElementThatDiffers(float by) {
    Canary canary = canary();
    session.behaviour = (inputs, bounds) -> Map.of("y", changed(inputs.get("x"), by));

    assertThatThrownBy(() -> canary.check(session))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("fake computes wrongly")
        .hasMessageContaining("element 5 of output y");
  }

  @Test
  void shouldForgiveWhatRoundingMakes() {
    Canary canary = canary();
    session.behaviour = (inputs, bounds) -> Map.of("y", changed(inputs.get("x"), 5e-4f));

    assertThat(canary.check(session)).isZero();
  }

  @Test
  void shouldFindAnOutputThatIsMissingOrHasAnotherSize() {
    Canary canary = canary();

    session.behaviour = (inputs, bounds) -> Map.of();
    assertThatThrownBy(() -> canary.check(session)).hasMessageContaining("output y is null");
    session.behaviour = (inputs, bounds) -> Map.of("y", Tensor.wrap(new float[3], 3));
    assertThatThrownBy(() -> canary.check(session)).hasMessageContaining("output y is FLOAT32[3]");
  }

  @Test
  void shouldTakeNotANumberForTheSameAsItself() {
    session.behaviour = (inputs, bounds) -> Map.of("y", changed(inputs.get("x"), Float.NaN));

    assertThat(canary().check(session)).isZero();
  }

  @Test
  void shouldTryOtherExtentsUntilTheModelTakesOne() {
    session.behaviour =
        (inputs, bounds) -> {
          if (inputs.get("x").dim(1) != 64) {
            throw new InvalidInputException("64 only");
          }
          return Map.of("y", inputs.get("x"));
        };

    canary();

    assertThat(session.runs.get(session.runs.size() - 1).get("x").shape()).containsExactly(1, 64);
  }

  @Test
  void shouldDoWithoutACanaryWhereTheModelTakesNone() {
    session.behaviour =
        (inputs, bounds) -> {
          throw new InvalidInputException("never");
        };

    assertThat(Canary.of("model", session, clock::get)).isEmpty();
  }

  @Test
  void shouldRefuseAModelThatAnswersDifferentlyEachTime() {
    session.behaviour =
        (inputs, bounds) -> Map.of("y", changed(inputs.get("x"), session.runs.size()));

    assertThatThrownBy(this::canary).isInstanceOf(ModelLoadException.class);
  }

  @Test
  void shouldCompareWhatItTookWithTheSecondRunAtFirst() {
    session.behaviour =
        (inputs, bounds) -> {
          clock.addAndGet(session.runs.size() == 1 ? 500 * MILLI : 10 * MILLI);
          return Map.of("y", inputs.get("x"));
        };

    Canary canary = canary();

    assertThat(canary.slowness(20 * MILLI)).isEqualTo(2);
    assertThat(canary.slowness(1)).as("too short to tell").isEqualTo(0.5);
  }

  private Canary canary() {
    return Canary.of("model", session, clock::get).orElseThrow();
  }

  private static Tensor changed(Tensor x, float by) {
    float[] values = x.toFloatArray();
    values[5] += by;
    return Tensor.wrap(values, x.shape());
  }
}
