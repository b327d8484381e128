from calc_lab.secant import secant_explorer
def network_explorer():
    return secant_explorer()
