package io.gpuinfer.load;

import static io.gpuinfer.serving.ServerState.DEGRADED;
import static io.gpuinfer.serving.ServerState.OFFLINE;
import static io.gpuinfer.serving.ServerState.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.load.StateTimeline.Segment;
import io.gpuinfer.serving.ServerState;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StateTimelineTest {

  private final StateTimeline timeline = new StateTimeline();

  @Test
  void shouldJoinWhatIsTheSame() {
    observe(10, STABLE);
    observe(60, STABLE);
    observe(120, DEGRADED);
    observe(300, DEGRADED);

    assertThat(timeline.segments())
        .containsExactly(segment(STABLE, 0, 100), segment(DEGRADED, 100, 350));
  }

  @Test
  void shouldLetTheGravestCountWhereSeveralComeTogether() {
    observe(20, OFFLINE);
    observe(10, STABLE);
    observe(40, DEGRADED);

    assertThat(timeline.segments()).containsExactly(segment(OFFLINE, 0, 50));
  }

  @Test
  void shouldHoldTheLastStateWhileNothingIsTold() {
    observe(210, STABLE);
    observe(510, DEGRADED);

    assertThat(timeline.segments())
        .containsExactly(segment(STABLE, 0, 500), segment(DEGRADED, 500, 550));
  }

  @Test
  void shouldKnowNothingWithoutAnswers() {
    assertThat(timeline.segments()).isEmpty();
  }

  private void observe(int millis, ServerState state) {
    timeline.observe(TimeUnit.MILLISECONDS.toNanos(millis), state);
  }

  private static Segment segment(ServerState state, int fromMillis, int toMillis) {
    return new Segment(
        state, TimeUnit.MILLISECONDS.toNanos(fromMillis), TimeUnit.MILLISECONDS.toNanos(toMillis));
  }
}
