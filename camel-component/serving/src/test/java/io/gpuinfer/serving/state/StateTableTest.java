package io.gpuinfer.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.ServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * All transitions, and the picture of them in {@code docs/states.md}.
 *
 * <p>{@code mvn test -Dtest=StateTableTest -Dstates.docs.update=true} redraws it.
 */
class StateTableTest {

  private static final Path DOCS = Path.of("../../docs/states.md");
  private static final Pattern PLACE =
      Pattern.compile("(<!-- states -->\n```mermaid\n).*?(```\n<!-- end -->)", Pattern.DOTALL);

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
    String docs = Files.readString(DOCS);
    Matcher place = PLACE.matcher(docs);
    assertThat(place.find()).as("docs/states.md has a place for the picture").isTrue();

    String current =
        place.replaceFirst("$1" + Matcher.quoteReplacement(StateTable.mermaid()) + "$2");

    if (Boolean.getBoolean("states.docs.update")) {
      Files.writeString(DOCS, current);
    } else {
      assertThat(docs)
          .as("docs/states.md is behind the code; -Dstates.docs.update=true redraws its picture")
          .isEqualTo(current);
    }
  }
}
