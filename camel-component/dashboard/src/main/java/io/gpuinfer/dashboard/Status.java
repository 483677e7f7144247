package io.gpuinfer.dashboard;

import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.state.StateChange;
import io.gpuinfer.serving.state.StateEvent;
import io.gpuinfer.tasks.TaskType;
import java.util.List;

/**
 * What there is, and how it is. Times are in milliseconds since 1970 unless they end in {@code Ms};
 * what is not known is null.
 *
 * @param application name of the Camel context
 * @param version of the dashboard; null where it is not run from its jar
 */
record Status(
    long at,
    String application,
    String version,
    String camelVersion,
    double uptimeMs,
    List<Device> devices,
    List<Model> models) {

  /**
   * A device.
   *
   * @param driver platform, vendor and version
   * @param models ids of those that run on it
   */
  record Device(
      int index,
      String name,
      DeviceKind kind,
      String vendor,
      String driver,
      int computeUnits,
      long memoryBytes,
      long maxAllocationBytes,
      List<String> models) {}

  /** A device among others. */
  record DeviceName(int index, String name, DeviceKind kind) {}

  /**
   * A model as some endpoints share it.
   *
   * @param version that serves; null while none is loaded
   * @param versions in the repository
   * @param pinned whether its endpoints name a version or a file
   * @param device of its first part; null while no version is loaded
   * @param deviceShare share of its operators that devices ran, as counted from passes that ran
   * @param since when the state changed last; null while it has not
   * @param history of the states, the oldest first
   * @param endpoints their URIs, without what is secret in them
   * @param entrance where what is tried is sent to
   * @param accepts what can be tried on it
   * @param sample whether there is a body for a load of its own
   * @param drill whether its device fails on purpose
   */
  record Model(
      String id,
      String name,
      TaskType task,
      String deviceOption,
      String version,
      List<String> versions,
      boolean pinned,
      String engine,
      DeviceName device,
      Double deviceShare,
      Boolean allOnDevice,
      ServerState state,
      Long since,
      List<Change> history,
      List<Part> parts,
      List<String> endpoints,
      String entrance,
      List<String> accepts,
      boolean sample,
      boolean drill,
      int underWay,
      int queueCapacity) {}

  /** A change of the state of a part. */
  record Change(
      long at, String part, ServerState from, ServerState to, StateEvent event, String reason) {

    static Change of(StateChange change) {
      return new Change(
          change.epochMillis(),
          change.server(),
          change.from(),
          change.to(),
          change.event(),
          change.reason());
    }
  }

  /**
   * One of the models that a task is made of.
   *
   * @param working instances that have a device that works
   */
  record Part(
      String name,
      ServerState state,
      Long since,
      String engine,
      String device,
      long weightBytes,
      long arenaBytes,
      int instances,
      int working) {}
}
