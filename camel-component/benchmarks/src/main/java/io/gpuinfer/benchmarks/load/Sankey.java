package io.gpuinfer.benchmarks.load;

import io.gpuinfer.load.Outcome;
import io.gpuinfer.load.ServedTimes;
import io.gpuinfer.load.Totals;
import io.gpuinfer.serving.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Amounts that flow from one place to the next. What flows into a place flows out of it again,
 * unless it is where things end.
 *
 * @param unit of the amounts
 */
record Sankey(String unit, List<Flow> flows) {

  /** Where all requests come from. */
  static final String SENT = "sent";

  /** Where all the time of answered requests comes from. */
  static final String TIME = "time of answered requests";

  private static final int LONGEST_NAME = 24;

  record Flow(String from, String to, double amount) {}

  /** What became of the requests, by priority. */
  static Sankey ofRequests(Totals totals) {
    List<Flow> flows = new ArrayList<>();
    for (Priority priority : Priority.values()) {
      String name = lower(priority) + " priority";
      add(flows, SENT, name, totals.sent().get(priority));
      for (Outcome outcome : Outcome.values()) {
        add(flows, name, lower(outcome), totals.of(priority, outcome));
      }
    }
    return new Sankey("requests", flows);
  }

  /**
   * Where the time of the answered requests went: to which device, and there to what.
   *
   * @param served by name of the device that answered
   */
  static Sankey ofTime(Map<String, ServedTimes.Sums> served) {
    List<Flow> flows = new ArrayList<>();
    served.forEach(
        (name, times) -> {
          String device = shortened(name);
          add(flows, TIME, device, times.allMillis() / 1e3);
          add(flows, device, "queue", times.queueMillis() / 1e3);
          add(flows, device, "transfer", times.transferMillis() / 1e3);
          add(flows, device, "compute", times.computeMillis() / 1e3);
          add(flows, device, "rest", times.restMillis() / 1e3);
        });
    return new Sankey("seconds, summed over requests", flows);
  }

  /** Drivers give long names, for which a chart has no room. */
  private static String shortened(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 1) + "…" : name;
  }

  /** All that flows into a place. */
  double into(String place) {
    return flows.stream().filter(f -> f.to().equals(place)).mapToDouble(Flow::amount).sum();
  }

  /** All that flows out of it. */
  double outOf(String place) {
    return flows.stream().filter(f -> f.from().equals(place)).mapToDouble(Flow::amount).sum();
  }

  /** A chart has no room for nothing. */
  private static void add(List<Flow> flows, String from, String to, double amount) {
    if (amount > 0) {
      flows.add(new Flow(from, to, amount));
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
