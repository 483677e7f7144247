package io.gpuinfer.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.load.Outcome;
import io.gpuinfer.load.ServedTimes;
import io.gpuinfer.load.Tally;
import io.gpuinfer.serving.Priority;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SankeyTest {

  @Test
  void shouldLoseNoRequestOnItsWay() {
    Tally tally = new Tally();
    int count = 0;
    for (Priority priority : Priority.values()) {
      for (Outcome outcome : Outcome.values()) {
        int requests = 10 * priority.ordinal() + outcome.ordinal();
        IntStream.range(0, requests).forEach(i -> end(tally, priority, outcome));
        count += requests;
      }
    }

    Sankey sankey = Sankey.ofRequests(tally.totals());

    assertThat(sankey.outOf(Sankey.SENT)).isEqualTo(count);
    assertThat(sankey.into("expired")).isEqualTo(2 + 12 + 22);
    assertConserved(sankey, Sankey.SENT);
  }

  @Test
  void shouldLoseNoTimeOnItsWay() {
    Sankey sankey =
        Sankey.ofTime(
            Map.of(
                "a GPU", new ServedTimes.Sums(80, 10, 4000, 300, 3000, 1000),
                "a CPU", new ServedTimes.Sums(20, 10, 1000, 0, 1000, 200)));

    assertThat(sankey.outOf(Sankey.TIME)).isCloseTo(10.5, within(1e-9));
    assertThat(sankey.into("a GPU")).isCloseTo(8.3, within(1e-9));
    assertThat(sankey.into("compute")).isCloseTo(4, within(1e-9));
    assertConserved(sankey, Sankey.TIME);
  }

  @Test
  void shouldDrawNothingOfNothing() {
    assertThat(Sankey.ofRequests(new Tally().totals()).flows()).isEmpty();
    assertThat(Sankey.ofTime(Map.of()).flows()).isEmpty();
  }

  private static void end(Tally tally, Priority priority, Outcome outcome) {
    tally.sent(priority);
    tally.ended(priority, outcome);
  }

  /** All that leaves the source arrives at the ends, and places between pass on what they get. */
  private static void assertConserved(Sankey sankey, String source) {
    Set<String> targets = sankey.flows().stream().map(Sankey.Flow::to).collect(Collectors.toSet());
    double arrived = 0;
    for (String place : targets) {
      if (sankey.outOf(place) == 0) {
        arrived += sankey.into(place);
      } else {
        assertThat(sankey.outOf(place)).as(place).isCloseTo(sankey.into(place), within(1e-9));
      }
    }
    assertThat(arrived).isCloseTo(sankey.outOf(source), within(1e-9));
  }
}
