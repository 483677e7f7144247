package io.gpuinfer.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.serving.ServerState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * All transitions, and the picture of them in {@code docs/states.adoc}.
 *
 * <p>{@code mvn test -Dtest=StateTableTest -Ddocs.update=true} redraws it.
 */
class StateTableTest {

  private static final Map<ServerState, Map<StateEvent, ServerState>> EXPECTED =
      Map.of(
          ServerState.STABLE,
          Map.of(
              StateEvent.STRAINED, ServerState.DEGRADED,
              StateEvent.DEVICE_FAILED, ServerState.OFFLINE),
          ServerState.DEGRADED,
          Map.of(
              StateEvent.RELIEVED, ServerState.STABLE,
              StateEvent.DEVICE_FAILED, ServerState.OFFLINE),
          ServerState.OFFLINE,
          Map.of(StateEvent.DEVICE_BACK, ServerState.RECOVERING),
          ServerState.RECOVERING,
          Map.of(
              StateEvent.PROVEN, ServerState.STABLE,
              StateEvent.DEVICE_FAILED, ServerState.OFFLINE));

  @Test
  void shouldMakeTheseTransitionsAndNoOther() {
    for (ServerState state : ServerState.values()) {
      for (StateEvent event : StateEvent.values()) {
        assertThat(StateTable.next(state, event))
            .as("%s on %s", state, event)
            .isEqualTo(Optional.ofNullable(EXPECTED.get(state).get(event)));
      }
    }
  }

  @Test
  void shouldTellTheStateBeforeOfAChangeAndNothingWithoutOne() {
    StateMachine machine = new StateMachine();

    assertThat(machine.state()).isEqualTo(ServerState.STABLE);
    assertThat(machine.on(StateEvent.PROVEN)).isEmpty();
    assertThat(machine.on(StateEvent.STRAINED)).contains(ServerState.STABLE);
    assertThat(machine.on(StateEvent.STRAINED)).isEmpty();
    assertThat(machine.state()).isEqualTo(ServerState.DEGRADED);
  }

  @Test
  void shouldBeDrawnInTheDocsAsItIs() throws IOException {
    String picture = "[source,mermaid]\n----\n" + StateTable.mermaid() + "----\n";

    DocsPage.named("states").assertHas(Map.of("states", picture));
  }
}
