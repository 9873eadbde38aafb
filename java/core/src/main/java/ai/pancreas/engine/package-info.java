/** What runs a network, and the choice among the engines that are there. */
package ai.pancreas.engine;
