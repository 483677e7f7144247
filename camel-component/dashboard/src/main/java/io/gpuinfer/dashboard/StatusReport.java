package io.gpuinfer.dashboard;

import io.gpuinfer.component.GpuInferComponent;
import io.gpuinfer.component.ServedModel;
import io.gpuinfer.dashboard.Status.Device;
import io.gpuinfer.dashboard.Status.DeviceName;
import io.gpuinfer.dashboard.Status.Model;
import io.gpuinfer.dashboard.Status.Part;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerStatistics.Placement;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.state.StateChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Puts together what there is and how it is. Nothing in it waits for a device. */
final class StatusReport {

  private final Models models;
  private final Entrances entrances;
  private final Clock clock;

  StatusReport(Models models, Entrances entrances, Clock clock) {
    this.models = models;
    this.entrances = entrances;
    this.clock = clock;
  }

  Status status() {
    List<ServedModel> served = models.served();
    return new Status(
        clock.millis(),
        models.camel().getName(),
        StatusReport.class.getPackage().getImplementationVersion(),
        models.camel().getVersion(),
        models.camel().getUptime().toMillis(),
        models.devices().stream().map(device -> device(device, served)).toList(),
        served.stream().map(this::model).toList());
  }

  private static Device device(DeviceInfo device, List<ServedModel> served) {
    return new Device(
        device.index(),
        device.name(),
        device.kind(),
        vendor(device),
        device.driver(),
        device.computeUnits(),
        device.memoryBytes(),
        device.maxAllocationBytes(),
        served.stream()
            .filter(model -> model.servers().stream().anyMatch(server -> isOn(server, device)))
            .map(ServedModel::id)
            .toList());
  }

  static boolean isOn(ModelServer server, DeviceInfo device) {
    return server.instances().stream()
        .anyMatch(
            instance ->
                instance.device().index() == device.index()
                    && instance.device().kind() == device.kind());
  }

  /**
   * A driver is told as platform, vendor and version; the host's processor has one word for all.
   */
  private static String vendor(DeviceInfo device) {
    String[] parts = device.driver().split(", ", 3);
    return parts.length == 3 ? parts[1] : null;
  }

  private Model model(ServedModel model) {
    List<StateChange> history = history(model);
    Optional<SessionDescription> session =
        model.servers().stream().findFirst().map(ModelServer::describe);
    Double share = deviceShare(model);
    return new Model(
        model.id(),
        model.model(),
        model.task(),
        model.device(),
        model.versions().served(),
        versions(model),
        model.pinned(),
        session.map(SessionDescription::engine).orElse(null),
        session.map(SessionDescription::device).map(StatusReport::name).orElse(null),
        share,
        share == null ? null : share == 1.0,
        model.state(),
        history.isEmpty() ? null : history.get(history.size() - 1).epochMillis(),
        history.stream().map(Status.Change::of).toList(),
        model.servers().stream().map(StatusReport::part).toList(),
        model.endpoints(),
        entrances.of(model).orElse(null),
        Accepted.by(model).stream().map(Accepted::title).toList(),
        DefaultBody.of(model).isPresent(),
        model.drill(),
        model.underWay(),
        model.mostUnderWay());
  }

  private static List<StateChange> history(ServedModel model) {
    return model.servers().stream()
        .flatMap(server -> server.history().stream())
        .sorted(Comparator.comparingLong(StateChange::epochMillis))
        .toList();
  }

  /** Share of the operators that devices ran; null while nothing ran. */
  private static Double deviceShare(ServedModel model) {
    long nodes = 0;
    long executed = 0;
    for (ModelServer server : model.servers()) {
      for (Placement placement : server.statistics().placement().values()) {
        nodes += placement.nodes();
        executed += placement.executedNodes();
      }
    }
    return nodes == 0 ? null : (double) executed / nodes;
  }

  /** The versions that there are; the one that serves where the model is in no repository. */
  private List<String> versions(ServedModel model) {
    List<String> versions = new ArrayList<>();
    if (!model.pinned()) {
      models.components().map(component -> available(component, model)).forEach(versions::addAll);
    }
    if (versions.isEmpty() && model.versions().served() != null) {
      versions.add(model.versions().served());
    }
    return versions.stream().distinct().toList();
  }

  private static List<String> available(GpuInferComponent component, ServedModel model) {
    try {
      return component.status(model.model()).available();
    } catch (ModelLoadException e) {
      // The repository cannot be read now; what is loaded serves on.
      return List.of();
    }
  }

  private static Part part(ModelServer server) {
    SessionDescription session = server.describe();
    List<StateChange> history = server.history();
    List<InstanceStatus> instances = server.instances();
    return new Part(
        server.name(),
        server.state(),
        history.isEmpty() ? null : history.get(history.size() - 1).epochMillis(),
        session.engine(),
        session.device().name(),
        session.weightBytes(),
        session.arenaBytes(),
        instances.size(),
        (int) instances.stream().filter(StatusReport::works).count());
  }

  private static boolean works(InstanceStatus instance) {
    return instance.phase() == InstanceStatus.Phase.IDLE
        || instance.phase() == InstanceStatus.Phase.BUSY;
  }

  private static DeviceName name(DeviceInfo device) {
    return new DeviceName(device.index(), device.name(), device.kind());
  }
}
