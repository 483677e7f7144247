package io.gpuinfer.dashboard;

import java.util.List;

/**
 * Where requests and their time went, as two graphs. What flows into a node flows out of it again,
 * unless it is where things end.
 *
 * @param from when the time begins that it is about, in milliseconds since 1970
 * @param to when it ends
 * @param requests how many requests went where
 * @param time where the time of answered requests went
 */
record Flow(long from, long to, Graph requests, Graph time) {

  /**
   * A graph of flows.
   *
   * @param unit of the values
   */
  record Graph(String unit, List<Node> nodes, List<Link> links) {}

  /**
   * Where flows meet.
   *
   * @param name no other node has it
   * @param kind {@code source}, {@code model}, {@code device}, {@code outcome} or {@code part}
   * @param label for people
   */
  record Node(String name, String kind, String label) {}

  /** A flow between the nodes of these names. */
  record Link(String source, String target, double value) {}
}
