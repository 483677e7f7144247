package io.gpuinfer.dashboard;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the dashboard is set up.
 *
 * @param enabled Whether there is a dashboard at /gpu-infer/.
 * @param entrances Where to send what is tried on a model, by the model's id such as minilm@auto: a
 *     route such as direct:embed, which has a breaker and a fallback. The model's own endpoint
 *     where it is not set.
 * @param hosts Names, without a port, by which browsers reach the dashboard of a server that
 *     listens on this machine alone, such as the name of a proxy in front of it. localhost and
 *     addresses always are.
 */
@ConfigurationProperties("gpu-infer.dashboard")
public record DashboardProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue Map<String, String> entrances,
    @DefaultValue List<String> hosts) {}
